# Reads the options a server would run with. Sourced by the entrypoint and by the build's `prepare`.
# shellcheck shell=bash

# Options that decide what a data directory looks like on disk, or how the very first start behaves. The prepared
# data directory is used only when they are as they were at the build.
FORMAT_OPTIONS='lower-case-table-names innodb-page-size innodb-data-file-path innodb-data-home-dir
	innodb-directories innodb-undo-directory innodb-log-group-home-dir innodb-doublewrite-dir
	innodb-redo-log-encrypt innodb-undo-log-encrypt innodb-read-only innodb-force-recovery
	default-table-encryption table-encryption-privilege-check early-plugin-load
	init-file skip-grant-tables super-read-only read-only disabled-storage-engines'

# Options that name places the entrypoint has to make or to know.
PLACE_OPTIONS='datadir socket general-log-file pid-file secure-file-priv slow-query-log-file'

declare -A OPTION=()

# Fills OPTION[name] from `mysqld ... --verbose --help`, which reads the command line and every configuration file
# as a real start would. Returns 1 when the server refuses them.
read_options() {
	local names name value listing
	names=$(tr -s ' \t\n' '|' <<<"$PLACE_OPTIONS $FORMAT_OPTIONS")
	# The index is redirected, or the server would make an empty one.
	listing=$("$@" --verbose --help --log-bin-index="/tmp/.holdfast-none.$$" 2>/dev/null |
		grep -E "^(${names%|}) ") || return 1
	while read -r name value; do
		[ "$value" != '(No default value)' ] || value=''
		OPTION[$name]=$value
	done <<<"$listing"
}

# The options of FORMAT_OPTIONS as text, to be compared.
format_text() {
	local name
	for name in $FORMAT_OPTIONS; do printf '%s=%s\n' "$name" "${OPTION[$name]-}"; done
}
