# shellcheck shell=bash
# The configuration: made where there is none, and never touched where there is one.

# The built box's, which comes from the list of its parts.
default_settings=$checkout/hardware/countoff.toml

configuration_says() {
    echo "configuration in $settings_file; songs, set_lists and daws beside it"
}

configuration_is_done() {
    local folder
    for folder in songs set_lists daws; do
        [[ -d $settings_folder/$folder ]] || return 1
    done
    [[ -e $settings_file ]]
}

configuration_do() {
    local folder
    if [[ ! -e $settings_folder && -d $data/configuration ]]; then
        say "taking back the configuration that an earlier --uninstall kept in $data."
        touch "$run/took-settings-back"
        cp --recursive --no-target-directory "$data/configuration" "$settings_folder"
        chown --recursive root:root "$settings_folder"
    fi
    for folder in songs set_lists daws; do
        make_folder "$settings_folder/$folder"
    done
    if [[ ! -e $settings_file ]]; then
        put "$default_settings" "$settings_file"
        cp "$settings_file" "$run/default-settings"
    fi
}

configuration_undo() {
    # A folder that was taken back is not empty, so the ledger's way would leave it.
    if [[ $1 == "$run" && -e $run/took-settings-back ]]; then
        rm --recursive --force "$settings_folder"
    fi
}

# is_settings_folder_ours: is nothing in it but what we have put there?
is_settings_folder_ours() {
    local others
    others=$(find "$settings_folder" ! -type d ! -path "$settings_file" -print -quit)
    [[ -z $others ]] || return 1
    [[ ! -e $settings_file ]] || cmp --silent "$settings_file" "$kept/default-settings"
}

# keep_settings: for --uninstall. Songs and settings that somebody has made are data.
keep_settings() {
    [[ -d $settings_folder ]] || return 0
    if ! is_settings_folder_ours; then
        mkdir --parents "$data"
        say "keeping $settings_folder as $data/configuration; the next installation takes it back."
        mv --backup=numbered --no-target-directory "$settings_folder" "$data/configuration"
        sync -f "$data"
    fi
    rm --recursive --force "$settings_folder"
}
