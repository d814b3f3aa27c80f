# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause-Patent
# Copyright (c) 2026 The Fathom authors
#
# /proc of a guest in which processes, threads, sockets and mappings come and go
# (churn.c) while it is read. What stands still must read as it did before; what
# does not is missing, or named. Needs proc.sh.

# Seconds, against hanging, for a machine that others use, too.
CHURN_LIMIT=60
CHURN_LOOKS=2

# All of a process but net/: the sockets of all processes are in each of those.
CHURN_FILES=(--only '[0-9]*/[a-mo-su-z]*' --only '[0-9]*/ns'
	--only '[0-9]*/timerslack_ns' --only '[0-9]*/task/*/[a-mo-z]*'
	--only '[0-9]*/task/*/ns')

# Processes of one side only. Sets `strangers`, whom nobody has made, and
# `missing`, who have not ended.
churn_keep_still() {
	local pid side name

	strangers=() missing=()
	while read -r pid; do
		side=theirs
		[[ ! -d $SIDES/ours/$pid ]] || side=ours
		name=$(sed -n 's/^Name:\t//p' "$SIDES/$side/$pid/status" 2>/dev/null)
		case $side:$name in
		# One that ends may have no status to be read any more.
		ours: | ours:e2e-churn | *:kworker/* | *:sh) ;;
		ours:*) strangers+=("$pid $name") ;;
		*) missing+=("$pid $name") ;;
		esac
		rm -rf "$SIDES"/{ours,theirs}/"$pid"
	done < <(find "$SIDES/ours" "$SIDES/theirs" -mindepth 1 -maxdepth 1 \
		-printf '%P\n' | sort | uniq -u)
}

# What is said to be lost is of nobody who stands still, but for what the kernel
# refuses, too: see only_refusals_of_zombies().
churn_losses_of_still() {
	local pid

	sed -nE 's#^fathom[^:]*: (/proc/)?([0-9]+)/.*#\2 &#p' "$WORK/snapshot.log" |
		grep -vE '/mount(s|info|stats): Invalid argument$' |
		while read -r pid line; do
			[[ ! -d $SIDES/ours/$pid ]] || echo "$line"
		done
}

churn_still() {
	find "$SIDES/ours" -mindepth 1 -maxdepth 1 -printf '%P\n' | sort
}

churn_look() {
	rm -rf "$SIDES/ours"
	LIMIT=$CHURN_LIMIT limited "$FATHOM" proc snapshot --target "$TARGET" \
		"${CHURN_FILES[@]}" "$SIDES/ours" 2>"$WORK/snapshot.log"
	churn_status=$?
	churn_keep_still
	compare_files
	{
		churn_losses_of_still
		((${#missing[@]} == 0)) || printf 'missing: %s\n' "${missing[@]}"
	} >"$WORK/churn.lost"
	kinds <"$WORK/bad" | uniq -c >"$WORK/bad.kinds"
}

# A page of a guest that runs may be half written, of anybody's: what comes of
# that is in one look, not in each.
churn_compare() {
	local look still good=0

	for ((look = 1; look <= CHURN_LOOKS; look++)); do
		churn_look
		check "churn, look $look: ends, and says whether all is there" \
			test "$churn_status" -le 1
		check "churn, look $look: nobody made up" \
			test "${#strangers[@]}" = 0
		still=$(churn_still | wc -l)
		check "churn, look $look: $still stand still" \
			test "$still" -ge 200
		[[ -s $WORK/bad || -s $WORK/churn.lost ]] || good=$((good + 1))
	done
	check "churn: what stands still is as before" test "$good" -ge 1 ||
		cat "$WORK/bad.kinds" "$WORK/churn.lost"
}

# Mounted: every process is asked for in turn, each opening a new picture.
# shellcheck disable=SC2016 # expanded inside
churn_mounted() {
	LIMIT=$CHURN_LIMIT limited "$FATHOM" proc exec --target "$TARGET" \
		--refresh 0.3 -- sh -c '
		for look in 1 2; do
			cat /proc/[0-9]*/stat /proc/[0-9]*/maps \
				/proc/net/tcp /proc/net/unix >/dev/null 2>&1
			echo /proc/[0-9]*
		done' >"$WORK/churn.listed" 2>"$WORK/churn.log"
	check "churn: mounted, it ends" test $? = 0
	tr ' ' '\n' <"$WORK/churn.listed" | sed 's#/proc/##' | sort |
		uniq -c | awk '$1 == 2 { print $2 }' | sort >"$WORK/churn.always"
	churn_still | comm -23 - "$WORK/churn.always" \
		>"$WORK/churn.missing"
	check "churn: mounted, all that stand still are listed each time" \
		test ! -s "$WORK/churn.missing"
}

# To be called with the guest populated, and at rest.
test_churn() {
	rm -rf "${SIDES:?}"/*
	LIMIT=$CHURN_LIMIT limited "$FATHOM" proc snapshot --target "$TARGET" \
		"${CHURN_FILES[@]}" "$SIDES/theirs" 2>"$WORK/still.log"
	check "churn begins" lab put "$BUILD/bin/e2e-churn"
	guest /root/e2e-churn
	churn_compare
	churn_mounted
	check "churn goes on meanwhile" guest pidof e2e-churn
	# Of its children, some end before it is their turn.
	guest killall e2e-churn 2>/dev/null || :
}
