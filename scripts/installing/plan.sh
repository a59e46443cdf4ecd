# shellcheck shell=bash
# The plan: what is done, in which order. --dry-run, --check, the progress and the way back come from this one table.
#
# A step is four functions: STEP_says (what it sees to, in a line), STEP_is_done, STEP_do, and, where the ledger's
# files are not all, STEP_undo LEDGER, which takes back what the run ($run), or all runs ($kept), did.

steps=(
    packages      # packages.sh
    user          # people.sh
    configuration # configuration.sh
    wheels        # program.sh
    program
    trial
    data          # data.sh
    units         # units.sh
    device_tree   # settings.sh
    watchdog
    governor
    journal
    swap
    service       # service.sh
    old_versions
)

# is_left_to_do: is there a step that is not done?
is_left_to_do() {
    local step
    for step in "${steps[@]}"; do
        "${step}_is_done" || return 0
    done
    return 1
}

# tell_plan DONE MISSING: prints every step with one of the two words before it.
tell_plan() {
    local step number=0 word
    for step in "${steps[@]}"; do
        number=$((number + 1))
        word=$2
        "${step}_is_done" && word=$1
        printf '[%2d/%d] %-9s %s\n' "$number" "${#steps[@]}" "$word" "$("${step}_says")"
    done
}

# carry_out: does what is not done; whoever calls it sees to what comes after a failure.
carry_out() {
    local step number=0
    for step in "${steps[@]}"; do
        number=$((number + 1))
        printf '[%2d/%d] ' "$number" "${#steps[@]}"
        if "${step}_is_done"; then
            printf 'is done   %s\n' "$("${step}_says")"
            continue
        fi
        printf 'now       %s\n' "$("${step}_says")"
        note begun "$step"
        "${step}_do"
    done
}

# take_back LEDGER: undoes its steps, the last one first, then its files.
take_back() {
    local step order=()
    if [[ $1 == "$run" ]]; then
        mapfile -t order < <(lines "$run" begun)
    else
        mapfile -t order < <(printf '%s\n' "${steps[@]}" | tac)
    fi
    for step in "${order[@]}"; do
        if declare -F "${step}_undo" >/dev/null; then
            "${step}_undo" "$1"
        fi
    done
    restore "$1"
}

# undo_run: the machine is again as it was before the run, and the old version runs.
undo_run() {
    local was_stopped=false
    [[ -e $run/stopped ]] && was_stopped=true
    take_back "$run"
    if [[ ! -e $kept/installed ]]; then
        remove_prefix
    else
        forget_run
    fi
    reload_systemd
    if $was_stopped && [[ -e $current ]]; then
        say "starting $(basename "$(readlink "$current")") again."
        start_service || say "it does not come up either; journalctl -u countoff says why."
    fi
}

# remove_prefix: all of it. What tells that something is here goes last.
remove_prefix() {
    rm --recursive --force "$versions" "$wheels" "$current" "$previous"
    if [[ -d $kept ]]; then
        rm --recursive --force "$prefix/gone"
        mv "$kept" "$prefix/gone"
    fi
    rm --recursive --force "$prefix"
}
