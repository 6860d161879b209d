# fish completion for hostctl; what can stand where, hostctl itself knows.
function __hostctl_complete
    set -l words (commandline -opc)
    for line in (command $words[1] __complete $words[2..-1] (commandline -ct) 2>/dev/null)
        if test "$line" = __files__
            __fish_complete_path (commandline -ct)
        else
            echo $line
        end
    end
end
complete -c hostctl -f -a '(__hostctl_complete)'
