# bash completion for hostctl; what can stand where, hostctl itself knows.
_hostctl() {
  local line=${COMP_LINE:0:COMP_POINT} current=${COMP_WORDS[COMP_CWORD]}
  local -a words
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  # bash takes `=` and `:` for the end of a word; candidates are whole words, so what
  # stands before the break is taken off again.
  local whole=${words[-1]} prefix=
  [[ $current == [=:] ]] && current=
  [[ -n $whole ]] && prefix=${whole%"$current"}

  local candidate _
  COMPREPLY=()
  while IFS=$'\t' read -r candidate _; do
    if [[ $candidate == __files__ ]]; then
      compopt -o default
    elif [[ -n $candidate ]]; then
      COMPREPLY+=("${candidate#"$prefix"}")
    fi
  done < <("${words[0]}" __complete "${words[@]:1}" 2>/dev/null)
}
complete -F _hostctl hostctl
