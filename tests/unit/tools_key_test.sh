#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# fathom key: generate, show, authorize; what is written, and what is refused.
# shellcheck source=tools_common.sh
# shellcheck disable=SC2317 # run_tests calls the tests by name
. "$(dirname "$0")/tools_common.sh"
unset FATHOM_KEY FATHOM_AGENT_KEY

# Each test begins with no keys.
begin() {
	export XDG_CONFIG_HOME=$PWD/config
	folder=$XDG_CONFIG_HOME/fathom
}

expect_key() {
	[[ $stdout =~ ^[A-Za-z0-9+/]{43}=$ ]] || fail "not one key in base64"
}

expect_one_line_of_stderr() {
	[[ $stderr && $stderr != *$'\n'* ]] || fail "not one line of error"
}

expect_mode() {
	[[ $(stat -c %a "$1") == "$2" ]] || fail "$1 has another mode than $2"
}

test_generate_and_show_agree() {
	local public

	begin
	run fathom key generate
	expect_status 0
	expect_no_stderr
	expect_key
	public=$stdout
	expect_mode "$folder/ids.key" 600
	expect_mode "$folder" 700
	[[ $(<"$folder/ids.key") != "$public" ]] || fail "the public key is private"
	run fathom key show
	expect_status 0
	[[ $stdout == "$public" ]] || fail "show prints another key"
	FATHOM_KEY=$folder/ids.key XDG_CONFIG_HOME=/nowhere run fathom key show
	[[ $stdout == "$public" ]] || fail "FATHOM_KEY is not heeded"
}

# Keys for TLS are of another kind, and have files of their own.
test_keys_of_reports_and_watchers() {
	local kind public prefix='\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20'

	begin
	for kind in report watch; do
		run fathom key generate "--$kind"
		expect_status 0
		expect_key
		public=$stdout
		expect_mode "$folder/$kind.key" 600
		run fathom key show "--$kind"
		[[ $stdout == "$public" ]] || fail "show prints another key"
		{
			printf %b "$prefix"
			base64 -d "$folder/$kind.key"
		} | openssl pkey -inform DER -pubout -outform DER |
			tail -c 32 | base64 >public
		[[ $(<public) == "$public" ]] || fail "OpenSSL makes another one: $(<public)"
	done
	run fathom key generate --report
	expect_status 123
	expect_stderr "is there already"
	[[ ! -e $folder/ids.key ]] || fail "it makes an IDS's key, too"
	run fathom key show --watch --agent
	expect_status 123
}

# The public key is what OpenSSL's own tool makes of the private one. The 16
# bytes say that an X25519 key follows (RFC 8410).
test_public_key_is_the_private_ones() {
	local prefix='\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x6e\x04\x22\x04\x20'

	begin
	run fathom key generate --key ids.key
	expect_status 0
	{
		printf '%b' "$prefix"
		base64 -d ids.key
	} >der
	[[ $(openssl pkey -inform DER -in der -pubout -outform DER |
		tail -c 32 | base64) == "$stdout" ]] || fail "openssl disagrees"
}

test_keys_differ() {
	local first

	begin
	run fathom key generate --key one
	first=$stdout
	run fathom key generate --key two
	[[ $stdout != "$first" ]] || fail "the same key twice"
}

test_existing_files_are_kept() {
	local before

	begin
	run fathom key generate
	run fathom key generate --agent
	before=$(sha256sum "$folder"/*)
	run fathom key generate
	expect_status 123
	expect_no_stdout
	expect_stderr "ids.key: is there already and is kept"
	run fathom key generate --agent
	expect_status 123
	expect_no_stdout
	expect_stderr "agent.keys: is there already and is kept"
	[[ $(sha256sum "$folder"/*) == "$before" ]] || fail "a file was changed"
}

# The bytes of struct fathom_key_store (fathom/seal.h).
test_key_store_bytes() {
	local ids

	begin
	run fathom key generate
	ids=$stdout
	run fathom key generate --agent --store agent.keys
	expect_status 0
	expect_key
	expect_mode agent.keys 600
	[[ $(stat -c %s agent.keys) == 48 ]] || fail "not 48 bytes"
	[[ $(head -c 8 agent.keys) == FTHMKEYS ]] || fail "no magic"
	run fathom key authorize --store agent.keys "$ids"
	expect_status 0
	expect_no_stdout
	expect_mode agent.keys 600
	[[ $(stat -c %s agent.keys) == 80 ]] || fail "not 80 bytes"
	[[ $(od -An -tu4 -j 8 -N 8 agent.keys | xargs) == "1 1" ]] ||
		fail "wrong version or count"
	[[ $(tail -c 32 agent.keys | base64) == "$ids" ]] || fail "not the key"
	[[ $(find . -name 'agent.keys*') == ./agent.keys ]] || fail "litter"
}

test_authorize_list_and_remove() {
	local one two agent

	begin
	run fathom key generate --key one
	one=$stdout
	run fathom key generate --key two
	two=$stdout
	printf '%s\n' "$two" >two.pub
	run fathom key generate --agent
	agent=$stdout
	run fathom key authorize "$one" two.pub "$one"
	expect_status 0
	run fathom key show --authorized
	[[ $stdout == "$one"$'\n'"$two" ]] || fail "not the two keys"
	run fathom key authorize --remove "$one"
	expect_status 0
	run fathom key show --authorized
	[[ $stdout == "$two" ]] || fail "not the one that is left"
	run fathom key authorize --remove "$one"
	expect_status 1
	expect_stderr "is not on the agent's list"
	run fathom key show --agent
	[[ $stdout == "$agent" ]] || fail "the agent's key has changed"
}

test_list_has_an_end() {
	local keys=()

	begin
	run fathom key generate --agent
	mapfile -t keys < <(for _ in {1..65}; do
		head -c 32 /dev/urandom | base64
	done)
	run fathom key authorize "${keys[@]:0:64}"
	expect_status 0
	run fathom key authorize "${keys[64]}"
	expect_status 123
	expect_stderr "an agent serves 64 keys at most"
	run fathom key show --authorized
	[[ $(wc -l <<<"$stdout") == 64 ]] || fail "not 64 keys"
}

test_bad_public_keys() {
	local key

	begin
	run fathom key generate --agent
	for key in nonsense "$(head -c 31 /dev/urandom | base64)" "" \
		"$(head -c 32 /dev/zero | base64)"; do
		run fathom key authorize "$key"
		expect_status 123
		expect_one_line_of_stderr
	done
	run fathom key show --authorized
	expect_no_stdout
}

test_bad_key_stores() {
	begin
	run fathom key generate --agent --store good
	run fathom key show --store missing
	expect_status 123
	expect_stderr "missing: No such file"
	head -c 47 good >short
	printf x | cat good - >long
	head -c 48 /dev/urandom >random
	{
		head -c 16 good
		head -c 32 /dev/zero
	} >zero
	# It claims 2^31 keys.
	{
		head -c 15 good
		printf '\x80'
		tail -c 32 good
	} >many
	: >empty
	mkfifo fifo
	chmod 600 short long random zero many empty fifo
	for store in short long random zero many empty fifo /dev/zero .; do
		run timeout 5 fathom key show --store "$store"
		expect_status 123
		expect_no_stdout
		expect_one_line_of_stderr
		run timeout 5 fathom key authorize --store "$store" \
			"$(head -c 32 /dev/urandom | base64)"
		expect_status 123
	done
}

test_files_of_others_are_refused() {
	begin
	run fathom key generate
	run fathom key generate --agent
	chmod 644 "$folder"/*
	run fathom key show
	expect_status 123
	expect_stderr "chmod 600"
	run fathom key show --agent
	expect_status 123
	expect_stderr "chmod 600"
}

test_usage() {
	begin
	run fathom key
	expect_status 123
	expect_stderr "generate, show or authorize?"
	run fathom key frobnicate
	expect_status 123
	expect_stderr "\`frobnicate' is not generate, show or authorize"
	run fathom key show extra
	expect_status 123
	expect_stderr "\`extra' is one argument too many"
	run fathom key authorize
	expect_status 123
	expect_stderr "whom?"
}

run_tests
