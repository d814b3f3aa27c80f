#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# fathom info and fathom symbols on a synthetic target.
# shellcheck source=tools_common.sh
# shellcheck disable=SC2317 # run_tests calls the tests by name
. "$(dirname "$0")/tools_common.sh"

: "${SYNTHETIC_TARGET:?}"

DUMP=$SCRATCH/dump
"$SYNTHETIC_TARGET" "$DUMP" >/dev/null || exit 1
URI=dump:$DUMP

test_info() {
	run fathom info --target "$URI"
	expect_status 0
	expect_no_stderr
	expect_stdout "Target      $URI"
	expect_stdout "Banner      Linux version "
	expect_stdout "Paging      4 levels"
	expect_stdout "CPUs        unknown"
}

test_info_json() {
	run fathom info --target "$URI" --json
	expect_status 0
	expect_json ".uri == \"$URI\""
	# shellcheck disable=SC2016 # jq's own variable
	expect_json '"Linux version \(.release) " as $start | .banner | startswith($start)'
	expect_json '.kernel_base | test("^0xffffffff[0-9a-f]{8}$")'
	expect_json '.kaslr_offset | test("^0x[0-9a-f]+$")'
	expect_json '.paging_levels == 4 and (.pti | type == "boolean")'
	expect_json '.symbol_count > 100 and .symbol_source == "kallsyms"'
	expect_json '.cpus == []'
	expect_json '.ram_bytes == ([.ram[].size] | add) and .ram_bytes > 0'
	expect_json '.start_up.seconds >= 0 and .start_up.agent_calls > 0'
}

test_target_of_the_environment() {
	FATHOM_TARGET=$URI run fathom info --json
	expect_status 0
	expect_json ".uri == \"$URI\""
}

test_symbols_list() {
	run fathom symbols --target "$URI"
	expect_status 0
	expect_no_stderr
	expect_stdout " init_task"
	! grep -qvE '^[0-9a-f]{16} [[:graph:]] [[:print:]]+$' <<<"$stdout" ||
		fail "not the format of /proc/kallsyms"
	LC_ALL=C sort -c -k1,1 <<<"$stdout" || fail "not in order"
}

test_symbols_list_json() {
	local lines

	lines=$(fathom symbols --target "$URI" | wc -l)
	run fathom symbols --target "$URI" --json
	expect_status 0
	expect_json "length == $lines"
	expect_json '[.[] | select(.name == "init_task")] | length == 1'
	expect_json '[.[].offset] | unique == [0]'
}

test_symbol_by_name_and_address() {
	local line address

	line=$(fathom symbols --target "$URI" | grep ' init_task$')
	address=${line%% *}
	run fathom symbols --target "$URI" init_task
	expect_status 0
	[[ $stdout == "$line" ]] || fail "not $line"
	run fathom symbols --target "$URI" "0x$address"
	expect_status 0
	expect_stdout "$address"
	run fathom symbols --target "$URI" \
		"$(printf '0x%x' $((0x$address + 16)))"
	expect_status 0
	expect_stdout "+0x10"
	run fathom symbols --target "$URI" --json init_task
	expect_json "length == 1 and .[0].address == \"0x$address\""
}

test_symbols_that_do_not_exist() {
	run fathom symbols --target "$URI" no_such_symbol init_task
	expect_status 1
	expect_stdout " init_task"
	expect_stderr "the kernel has no symbol \`no_such_symbol'"
	run fathom symbols --target "$URI" 0x1000
	expect_status 1
	expect_no_stdout
	expect_stderr 0x1000
	run fathom symbols --target "$URI" --json no_such_symbol
	expect_status 1
	expect_json '. == []'
}

test_addresses_that_are_none() {
	local address

	for address in 0x 0xyz 0x11112222333344445; do
		run fathom symbols --target "$URI" "$address"
		expect_status 123
		expect_stderr "\`$address' is not a 64-bit address"
	done
}

# Names are the attacker's: no terminal escapes, no broken JSON.
test_hostile_banner() {
	"$SYNTHETIC_TARGET" "$DUMP.hostile" >/dev/null
	perl -pi -e 's/Linux version /Linux \x1b[2J\xff\x01n /g' \
		"$DUMP.hostile"
	run fathom info --no-cache --target "dump:$DUMP.hostile"
	[[ $stdout$stderr != *$'\033'* ]] || fail "an escape came through"
	run fathom info --no-cache --target "dump:$DUMP.hostile" --json
	if ((status == 0)); then
		expect_json '.banner | contains("\\x1b")'
	else
		expect_status 121
	fi
}

run_tests
