#!/usr/bin/python3
"""The completion scripts in real shells, against a hostd in its sandbox:

    shell_completion_test.py HOSTCTL SCRIPTS HOSTD

Shells that are not installed are left out, and named. Ctrl-C during --wait-for-sync is
tried here too, as it takes a real process.
"""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HOSTCTL, SCRIPTS, HOSTD = (pathlib.Path(word).resolve() for word in sys.argv[1:4])
PATIENCE_S = 60


def wait_until(condition, what):
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.02)
    sys.exit(f"never so within {PATIENCE_S} s: {what}")


def bash(line):
    """What bash would offer at the end of `line`: the words as readline sees them."""
    script = f"""
        source {SCRIPTS}/hostctl.bash
        COMP_LINE=$1 COMP_POINT=${{#1}}
        # readline breaks words at blanks, `=` and `:`.
        COMP_WORDS=() word= text=$1
        for ((i = 0; i < ${{#text}}; ++i)); do
            c=${{text:i:1}}
            case $c in
                ' ') [[ -n $word ]] && COMP_WORDS+=("$word"); word= ;;
                [=:]) [[ -n $word ]] && COMP_WORDS+=("$word"); COMP_WORDS+=("$c"); word= ;;
                *) word+=$c ;;
            esac
        done
        [[ -n $word || $text == *' ' ]] && COMP_WORDS+=("$word")
        COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
        compopt() {{ echo "compopt $*"; }}
        _hostctl
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    return ["bash", "--norc", "-c", script, "bash", line]


def zsh(line):
    """What the zsh function hands to the completion system."""
    script = f"""
        compdef() {{ }}
        _files() {{ print compopt -o default }}
        _describe() {{ print -l -- ${{${{(P)3}}%%:*}} }}
        source {SCRIPTS}/_hostctl
        words=(${{=1}})
        [[ $1 == *' ' ]] && words+=('')
        CURRENT=$#words
        _hostctl
    """
    return ["zsh", "-f", "-c", script, "zsh", line]


def fish(line):
    return ["fish", "--no-config", "-c",
            f"source {SCRIPTS}/hostctl.fish; complete -C \"{line}\""]


SHELLS = {"bash": bash, "zsh": zsh, "fish": fish}


def offered(shell, line):
    completed = subprocess.run(SHELLS[shell](line), capture_output=True, text=True, timeout=PATIENCE_S)
    assert completed.returncode in (0, 1) and not completed.stderr, (shell, line, completed)
    return [text.split("\t")[0] for text in completed.stdout.splitlines() if text]


def check_shell(shell):
    def expect(line, *words):
        got = offered(shell, line)
        assert got == list(words), f"{shell}: {line!r} offers {got}, not {list(words)}"

    expect("hostctl sys", "system")
    expect("hostctl system pt", "ptp")
    expect("hostctl system ptp set --dis", "--disable", "--disable-events")
    expect("hostctl --formatter js", "json")
    expect("hostctl system ptp set --interface vmk", "vmk0", "vmk1")
    expect("hostctl system pto set --dis")
    # bash replaces only what stands after its break.
    before = "" if shell == "bash" else "--step-policy="
    expect("hostctl system ptp set --step-policy=f", before + "first-lock")
    expect("hostctl network firewall ruleset set --ruleset-id pt", "ptpd")
    print(f"{shell}: as expected")


def check_interrupt():
    """Ctrl-C ends the waiting, leaves the setting in place and says so."""
    subprocess.run([HOSTCTL, "system", "ptp", "set", "--enable", "--interface=vmk0",
                    "--read-only=true"], check=True, capture_output=True)
    # Domain 77 has no master: it would wait for an hour.
    program = subprocess.Popen([HOSTCTL, "system", "ptp", "set", "--domain=77",
                                "--wait-for-sync=3600"], stderr=subprocess.PIPE, text=True)
    assert program.stderr.readline().startswith("Waiting: ")
    program.send_signal(signal.SIGINT)
    rest = program.stderr.read()
    assert program.wait(timeout=PATIENCE_S) == 4, rest
    assert "Error: Stopped waiting: " in rest and "the setting stays in place" in rest, rest
    kept = subprocess.run([HOSTCTL, "--formatter=csv", "--no-header", "--fields=config.domain_number",
                           "system", "ptp", "get"], check=True, capture_output=True, text=True)
    assert kept.stdout == "77\n", kept.stdout
    print("interrupt: as expected")


def main():
    with tempfile.TemporaryDirectory(prefix="hostctl-completion-") as folder:
        os.environ["HOSTCTL_SOCKET"] = folder + "/sandbox/hostd.sock"
        os.environ["PATH"] = f"{HOSTCTL.parent}:{os.environ['PATH']}"
        os.environ["HOME"] = folder
        with open(folder + "/hostd.log", "w", encoding="utf-8") as log:
            hostd = subprocess.Popen([HOSTD, "--sandbox", "--sandbox-dir", folder + "/sandbox"],
                                     stdout=log, stderr=log)
        try:
            wait_until(lambda: subprocess.run([HOSTCTL, "system", "ptp", "get"], check=False,
                                              capture_output=True).returncode == 0,
                       "hostd answers")
            for shell in SHELLS:
                if shutil.which(shell):
                    check_shell(shell)
                else:
                    print(f"{shell}: not installed, left out")
            check_interrupt()
        finally:
            hostd.terminate()
            hostd.wait()


main()
