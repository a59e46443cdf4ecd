# shellcheck shell=bash
# The switch from one version to the next, and back where the new one does not come up.

ready_within_s=20

# refuse_unless_idle: nothing is stopped or replaced while somebody plays.
refuse_unless_idle() {
    local phase
    phase=$(running_phase)
    [[ -z $phase || $phase == idle ]] ||
        give_up "the box is in a take ($phase). Nothing was changed; try again when it is over."
}

# running_phase: prints the phase of the box that runs here; nothing where none answers.
running_phase() {
    [[ -x $command_link ]] || return 0
    timeout 10 "$command_link" status --json 2>/dev/null |
        "$python" -c 'import json, sys; print(json.load(sys.stdin).get("phase", ""))' 2>/dev/null || true
}

service_says() {
    if has_systemd; then
        echo "$version runs, and starts with the machine"
    else
        echo "$version starts with the machine (systemd does not run here, so it is not started now)"
    fi
}

service_is_done() {
    local unit
    [[ $(readlink "$current") == "$home" && $(readlink "$command_link") == "$current/bin/countoff" ]] || return 1
    while read -r unit; do
        is_enabled "$unit" || return 1
    done < <(units_to_enable)
    ! has_systemd || is_service_active
}

service_do() {
    local unit
    [[ ! -e $command_link || -L $command_link ]] ||
        give_up "$command_link is there, and is not ours; move it away."
    refuse_unless_idle
    if is_service_active; then
        touch "$run/stopped"
        sync -f "$run"
    fi
    if [[ -L $current && $(readlink "$current") != "$home" ]]; then
        put_link "$(readlink "$current")" "$previous"
    fi
    put_link "$home" "$current"
    put_link "$current/bin/countoff" "$command_link"
    while read -r unit; do
        enable_unit "$unit"
    done < <(units_to_enable)
    has_systemd || return 0
    systemctl daemon-reload
    udevadm control --reload && udevadm trigger --subsystem-match=sound --subsystem-match=gpio \
        --subsystem-match=i2c-dev --subsystem-match=spidev || true
    if ! start_service; then
        journalctl --unit countoff.service --lines 20 --no-pager >&2 || true
        give_up "$version was not ready within $ready_within_s s; the lines above are its last."
    fi
}

# start_service: restarts it and what watches beside it; fails where it is not ready in time.
start_service() {
    local unit
    while read -r unit; do
        [[ $unit != *.path ]] || systemctl restart "$unit" || true
    done < <(units_to_enable)
    systemctl reset-failed countoff.service 2>/dev/null || true
    timeout "$ready_within_s" systemctl restart countoff.service && is_service_active
}

service_undo() {
    has_systemd || return 0
    # A run that got as far as here has stopped the old version, or there was none.
    if [[ $1 == "$kept" || -e $run/stopped || ! -e $kept/installed ]]; then
        systemctl stop countoff-power-off.path countoff.service 2>/dev/null || true
    fi
    [[ $1 == "$run" ]] || systemctl stop countoff-governor.service 2>/dev/null || true
}

old_versions_says() {
    echo "one older version is kept, others go"
}

# others: prints the versions that are neither in use nor the one before.
others() {
    local folder
    for folder in "$versions"/*/; do
        folder=${folder%/}
        [[ ! -d $folder || $folder == "$(readlink "$current")" || $folder == "$(readlink "$previous")" ]] ||
            echo "$folder"
    done
}

old_versions_is_done() {
    [[ -z $(others) ]]
}

old_versions_do() {
    local folder
    while read -r folder; do
        rm --recursive --force "$folder"
    done < <(others)
}
