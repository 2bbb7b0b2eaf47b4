#!/bin/sh
# Installs the program for the person who runs this, or removes it again. / Устанавливает программу для того, кто это
# запустил, или удаляет её.
#
#   ./install.sh             into ~/.local
#   ./install.sh --remove    removes exactly what was installed; settings, journal and secrets stay
#   PREFIX=/usr/local ./install.sh [--remove]    for everybody, as root
set -eu

# In the language of the messages: the English words, then the Russian ones.
say() {
    case ${LC_ALL:-${LC_MESSAGES:-${LANG:-}}} in
        ru*) printf '%s\n' "$2" ;;
        *) printf '%s\n' "$1" ;;
    esac
}

name=b24learn-gui
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
prefix=${PREFIX:-$HOME/.local}
case $prefix in
    /*) ;;
    *) say "PREFIX has to begin with /" "PREFIX должен начинаться с /" >&2; exit 2 ;;
esac
program=$prefix/lib/$name
share=$prefix/share

# What is installed outside of the program's own folder, from the archive's list.
files() {
    (cd "$here/share" && find . -type f | sed 's|^\./||' | sort)
}

# The command may also have been made known by others: pipx makes such a link of the same name.
is_our_link() {
    [ -L "$prefix/bin/$name" ] && [ "$(readlink -- "$prefix/bin/$name")" = "../lib/$name/$name" ]
}

# A folder below the prefix and those it lies in, as far as nothing is in them; never the prefix, which may be a home's.
# Outside of the home the folders that a system has from the beginning stay, often empty as they are: /usr/local/bin.
fold() {
    folder=$1
    while [ "$folder" != . ]; do
        case $prefix:$folder in
            "${HOME:-/none}":* | "${HOME:-/none}"/*) ;;
            *:bin | *:lib | *:share | *:share/man) return 0 ;;
        esac
        rmdir -- "$prefix/$folder" 2>/dev/null || return 0
        folder=$(dirname -- "$folder")
    done
}

remove_folder() {
    # Only a folder that holds this program: PREFIX may have been mistyped.
    if [ -e "$1/$name" ] && [ -d "$1/_internal" ]; then rm -rf -- "$1"; fi
}

remove() {
    files | while IFS= read -r each; do
        rm -f -- "$share/$each"
        fold "share/$(dirname -- "$each")"
    done
    if is_our_link; then
        rm -f -- "$prefix/bin/$name"
    fi
    remove_folder "$program"
    fold bin
    fold lib
    say "Removed. Settings, journal, logs and secrets stay: ~/.config/$name, ~/.local/share/$name, ~/.local/state/$name" \
        "Удалено. Настройки, журналы и секреты остались: ~/.config/$name, ~/.local/share/$name, ~/.local/state/$name"
}

refresh() {
    if [ -d "$share/applications" ]; then update-desktop-database -q "$share/applications" 2>/dev/null || :; fi
    if [ -d "$share/icons/hicolor" ]; then gtk-update-icon-cache -q -t -f "$share/icons/hicolor" 2>/dev/null || :; fi
}

# Lists that only named what is gone now; the next program that is installed has them made anew.
sweep() {
    for each in applications/mimeinfo.cache icons/hicolor/icon-theme.cache; do
        if [ "$(ls -A -- "$share/$(dirname -- "$each")" 2>/dev/null)" = "$(basename -- "$each")" ]; then rm -f -- "$share/$each"; fi
        fold "share/$(dirname -- "$each")"
    done
}

install() {
    mkdir -p -- "$prefix/bin" "$prefix/lib" "$share"
    if [ -e "$program" ] && ! { [ -e "$program/$name" ] && [ -d "$program/_internal" ]; }; then
        say "$program is something else; nothing was installed." "$program — это что-то другое; ничего не установлено." >&2
        exit 1
    fi
    if { [ -e "$prefix/bin/$name" ] || [ -L "$prefix/bin/$name" ]; } && ! is_our_link; then
        say "$prefix/bin/$name is something else; nothing was installed." \
            "$prefix/bin/$name — это что-то другое; ничего не установлено." >&2
        exit 1
    fi
    # Beside its place first: what is there works until everything is there.
    rm -rf -- "$program.new" "$program.old"
    mkdir -- "$program.new"
    for each in "$name" B24Learn _internal licences share install.sh README.txt; do
        cp -R -P -p -- "$here/$each" "$program.new/"
    done
    chmod -R u+w "$program.new"
    if [ -e "$program" ]; then mv -- "$program" "$program.old"; fi
    mv -- "$program.new" "$program"
    rm -rf -- "$program.old"
    ln -sfn -- "../lib/$name/$name" "$prefix/bin/$name"
    files | while IFS= read -r each; do
        mkdir -p -- "$share/$(dirname -- "$each")"
        cp -- "$here/share/$each" "$share/$each"
        chmod 644 "$share/$each"
    done
    # A menu need not know ~/.local/bin: it gets the whole path, quoted as desktop files want it.
    command=$(printf '%s' "$prefix/bin/$name" | sed 's/\\/\\\\/g')
    quoted=$(printf '%s' "$prefix/bin/$name" | sed -e 's/[\\"`$]/\\&/g' -e 's/%/%%/g' -e 's/\\/\\\\/g')
    sed -e "s|^Exec=.*|Exec=\"$(printf '%s' "$quoted" | sed 's/[\\&|]/\\&/g')\"|" \
        -e "s|^TryExec=.*|TryExec=$(printf '%s' "$command" | sed 's/[\\&|]/\\&/g')|" \
        "$here/share/applications/$name.desktop" > "$share/applications/$name.desktop"
    say "Installed as $prefix/bin/$name." "Установлено: $prefix/bin/$name."
    case ":$PATH:" in
        *":$prefix/bin:"*) ;;
        *) say "$prefix/bin is not among your commands yet; the menu finds the program, a terminal after signing in again." \
            "Папки $prefix/bin ещё нет среди ваших команд: меню программу найдёт, терминал — после нового входа в систему." ;;
    esac
}

case ${1:-} in
    "") install; refresh ;;
    --remove) remove; sweep; refresh ;;
    *) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
