# The test half of ./dev (sourced by it): stages, their counts, and the final line.
#
# A stage is a function stage_NAME. It writes what it has to say to standard output (kept in
# build/test-logs/NAME.log), calls `count PASSED FAILED` once, and returns 77 when the tree has
# nothing for it. A stage that ends in failure without having counted one counts as one failure.
#
# Two configurations are compiled, once each: build/test-gcc (gcc, -O2, -Werror; the binary the
# scenario and browser tests drive) and build/test-asan (clang, -Werror, ASan + UBSan; the unit tests
# and the smoke of the fuzzers). `./dev fuzz` has one of its own, build/test-fuzz, that sees more.
# shellcheck shell=bash

STAGES="checks web gcc asan unit-sqlite unit-postgres scenario scenario-spread browser docs fuzz"
LOGS=build/test-logs
TEST_BIN=$PWD/build/test-gcc/yutang
export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
FUZZ_SMOKE_SECONDS=10
SKIPPED=77

# Stores of tests lie in memory where that has room: they make and drop files by the million, which costs a disk's file
# system more time than the tests themselves take, and nothing in them has to outlive the run.
TEST_DIR_KB=$((4 << 20))
make_test_dir() {
	local place=/dev/shm free
	free=$(df --output=avail -k $place 2>/dev/null | tail -1)
	[ -w $place ] && [ "${free:-0}" -ge $TEST_DIR_KB ] || place=/tmp
	TEST_DIR=$(mktemp -d $place/yutang-test.XXXXXX)
	chmod 711 "$TEST_DIR" # user postgres goes through it
	trap 'rm -rf "$TEST_DIR"' EXIT
	export TMPDIR=$TEST_DIR
}

count() { echo "$1 $2" > "$COUNT_FILE"; }

stage_checks() {
	local passed=0 failed=0 check out
	for check in tools/check_floors tools/check_style; do
		out=$("$check" || true)
		sed '$d' <<< "$out"
		passed=$((passed + $(tail -1 <<< "$out" | awk '{ print $1 }')))
		failed=$((failed + $(tail -1 <<< "$out" | awk '{ print $3 }')))
	done
	count $passed $failed
}

stage_web() {
	[ -f web/package.json ] || return $SKIPPED
	local passed=0 failed=0 report=$PWD/build/test-logs/vitest.json
	build_web
	need_node
	need_modules web
	cd web
	if npx --no-install vue-tsc --noEmit; then passed=1; else failed=1; fi
	if npm run --silent size; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
	if grep -q '"vitest"' package.json; then
		rm -f "$report"
		npx --no-install vitest run --passWithNoTests --reporter=default --reporter=json --outputFile="$report" || true
		passed=$((passed + $(node -p "require('$report').numPassedTests" 2>/dev/null || echo 0)))
		failed=$((failed + $(node -p "r = require('$report'); r.numFailedTests || (r.success ? 0 : 1)" 2>/dev/null || echo 1)))
	fi
	count $passed $failed
}

configure_clang() { # FOLDER INSTRUMENTATION
	CC=clang CXX=clang++ configure "$1" -Dwerror=true -Dbuildtype=debug -Doptimization=1 \
		-Db_sanitize=address,undefined -Db_lundef=false -Dfuzz=true -Dc_args="$2" -Dcpp_args="$2"
}
# Counters are enough for a smoke; that a fuzzer also sees what is compared costs every unit test a sixth of its time.
configure_asan() { configure_clang build/test-asan -fsanitize-coverage=inline-8bit-counters,pc-table,indirect-calls; }
configure_fuzz() { configure_clang build/test-fuzz -fsanitize=fuzzer-no-link; }

stage_gcc() {
	build_web
	CC=gcc CXX=g++ configure build/test-gcc -Dwerror=true
	compile build/test-gcc yutang
	count 1 0
}

stage_asan() {
	configure_asan
	compile build/test-asan
	count 1 0
}

# Runs all cmocka programs of build/test-asan and counts the single tests in them. A program that
# dies before its summary counts as one failure.
unit_tests() { # LOGBASE AT-ONCE
	local result passed failed broken
	[ -n "$(tools/sources test)" ] || return $SKIPPED
	[ -f build/test-asan/build.ninja ] || { echo "the asan stage comes first"; return 1; }
	rm -f "build/test-asan/meson-logs/$1.txt"
	export YUTANG_TEST_CACHE=$TEST_DIR/stores # src/store/testing.c: made once a run, copied by each test
	rm -rf "$YUTANG_TEST_CACHE"
	mkdir -p "$YUTANG_TEST_CACHE"
	result=$($MESON test -C build/test-asan --no-rebuild --logbase "$1" --num-processes "$2" --print-errorlogs 2>&1 || true)
	echo "$result"
	passed=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) test.*/\1/p' "build/test-asan/meson-logs/$1.txt" | awk '{ n += $1 } END { print n + 0 }')
	failed=$(sed -n 's/^\[  FAILED  \] \([0-9]*\) test.*/\1/p' "build/test-asan/meson-logs/$1.txt" | awk '{ n += $1 } END { print n + 0 }')
	broken=$(awk '/^(Fail|Timeout|Unexpected Pass):/ { n += $NF } END { print n + 0 }' <<< "$result")
	grep -q '^Ok:' <<< "$result" || broken=1
	[ "$failed" -ge "$broken" ] || failed=$broken
	# Last, so that it stands in the tail which is shown: what failed and where.
	[ "$failed" = 0 ] || grep -hE '^\[ +(ERROR|LINE|FAILED) +\]|Sanitizer: |runtime error' \
		"build/test-asan/meson-logs/$1.txt" | head -50 || true
	count "$passed" "$failed"
}

stage_unit-sqlite() { unit_tests sqlite "$(nproc)"; }

# A private PostgreSQL cluster on a loopback port, gone with the script. Its server refuses to run as
# root, so then everything is done as user postgres.
as_postgres() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

start_postgres() {
	local bin=/usr/lib/postgresql/15/bin
	PG_DIR=$TEST_DIR/postgres
	mkdir -p "$PG_DIR"
	[ "$(id -u)" != 0 ] || chown postgres: "$PG_DIR"
	chmod 700 "$PG_DIR"
	PG_PORT=$((20000 + RANDOM % 10000))
	while (exec 3<> "/dev/tcp/127.0.0.1/$PG_PORT") 2>/dev/null; do PG_PORT=$((PG_PORT + 1)); done
	(
		cd /
		as_postgres "$bin/initdb" -D "$PG_DIR/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync
		# Safe against everything but a crash of the machine, which no test survives anyway; and without what only
		# long-lived databases have need of, and without planning a statement five times first: more than half of its time.
		as_postgres "$bin/pg_ctl" -D "$PG_DIR/data" -l "$PG_DIR/log" -w -o "-h 127.0.0.1 -p $PG_PORT \
			-c unix_socket_directories='$PG_DIR' -c max_connections=200 -c fsync=off -c synchronous_commit=off \
			-c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 -c max_wal_size=4GB \
			-c autovacuum=off -c jit=off -c plan_cache_mode=force_generic_plan -c track_activities=off -c track_counts=off" start
	) || { cat "$PG_DIR/log" 2>/dev/null; return 1; }
	# By its socket in the file system, which costs less than the loopback.
	export YUTANG_TEST_STORE="postgres://postgres@/postgres?host=$PG_DIR&port=$PG_PORT"
}

stop_postgres() {
	[ -n "${PG_DIR-}" ] || return 0
	(cd / && as_postgres /usr/lib/postgresql/15/bin/pg_ctl -D "$PG_DIR/data" -m immediate stop) || true
	rm -rf "$PG_DIR"
}

stage_unit-postgres() {
	[ -n "$(tools/sources test)" ] || return $SKIPPED
	trap stop_postgres EXIT
	start_postgres
	# They spend most of their time waiting for the server's answers.
	unit_tests postgres $(($(nproc) * 2))
}

# Test files of a folder, run by node's own runner against the binary YUTANG_BIN.
node_tests() { # FOLDER
	local folder=$1 files summary
	mapfile -t files < <(find "$folder" -name node_modules -prune -o -type f \
		\( -name '*.test.mjs' -o -name '*.test.js' \) -print 2>/dev/null | LC_ALL=C sort)
	[ ${#files[@]} -gt 0 ] || return $SKIPPED
	[ -x "$TEST_BIN" ] || { echo "no $TEST_BIN: the gcc stage comes first"; return 1; }
	need_node
	for folder in tests "$folder"; do
		[ ! -f "$folder/package-lock.json" ] || need_modules "$folder"
	done
	summary=$LOGS/$STAGE.tap
	# Node's own choice is one file less at once than there are processors.
	YUTANG_BIN=$TEST_BIN node --test --test-concurrency="$(nproc)" --test-reporter=spec --test-reporter-destination=stdout \
		--test-reporter=tap --test-reporter-destination="$summary" "${files[@]}" || true
	count "$(awk '/^# pass / { n = $3 } END { print n + 0 }' "$summary")" \
		"$(awk '/^# (fail|cancelled) / { n += $3; seen = 1 } END { print seen ? n : 1 }' "$summary")"
}

stage_scenario() { node_tests tests/scenario; }
stage_scenario-spread() { YUTANG_SPREAD=8 node_tests tests/scenario; }
# Walks through a small demo of its own in Chromium; the last line says how many walks passed.
BROWSER_PEOPLE=3000
stage_browser() {
	[ -f tests/browser/run.mjs ] || return $SKIPPED
	[ -x "$TEST_BIN" ] || { echo "no $TEST_BIN: the gcc stage comes first"; return 1; }
	local data=$TEST_DIR/demo said=$PWD/$LOGS/browser-demo.log address demo last
	need_node
	need_modules tests/browser
	"$TEST_BIN" demo --data "$data" --customers $BROWSER_PEOPLE --listen 127.0.0.1:0 > "$said" 2>&1 &
	demo=$!
	# shellcheck disable=SC2064 # the number is wanted now: the variable is gone when the trap runs
	trap "kill $demo 2>/dev/null; wait $demo 2>/dev/null || true" EXIT
	for _ in $(seq 900); do
		address=$(sed -n 's|.*\(http://127.0.0.1:[0-9]*\)$|\1|p' "$said" | head -1)
		[ -z "$address" ] && kill -0 $demo 2>/dev/null || break
		sleep 0.2
	done
	[ -n "$address" ] || { tail -5 "$said"; return 1; }
	last=$(YUTANG_URL=$address YUTANG_SIM=$(sed -n 's|.*WeCom: \(http.*\)/sim/.*|\1|p' "$said" | head -1) YUTANG_LOGIN=demo YUTANG_PASSWORD=yutang-demo YUTANG_SHOTS=$LOGS \
		node tests/browser/run.mjs | tee /dev/stderr | tail -1) || true
	count "$(awk '{ print $1 + 0 }' <<< "$last")" "$(awk '{ print NF ? $3 + 0 : 1 }' <<< "$last")"
}

# What the binary prints about itself must be what docs/ says.
stage_docs() {
	[ -x "$TEST_BIN" ] || { echo "no $TEST_BIN: the gcc stage comes first"; return 1; }
	local passed=0 failed=0 row command file
	for row in openapi:docs/api.json events:docs/events.md; do
		command=${row%%:*} file=${row#*:}
		"$TEST_BIN" help 2>/dev/null | grep -qw "$command" || continue
		if "$TEST_BIN" "$command" | diff -u "$file" - | head -40 && [ "${PIPESTATUS[1]}" = 0 ]; then
			passed=$((passed + 1))
		else
			echo "$file is stale: build/yutang $command > $file"
			failed=$((failed + 1))
		fi
	done
	[ $((passed + failed)) -gt 0 ] || return $SKIPPED
	count $passed $failed
}

# One fuzz target: what stands in its corpus, then new inputs for some seconds. Findings stay in
# build/fuzz/NAME.
fuzz_one() { # FOLDER NAME SECONDS
	local folder=$1
	shift
	local found=$PWD/build/fuzz/$1 seeds=()
	mkdir -p "$found/corpus"
	[ ! -d "tests/fuzz/corpus/${1#fuzz_}" ] || seeds=("tests/fuzz/corpus/${1#fuzz_}")
	"$folder/$1" -max_total_time="$2" -rss_limit_mb=2048 -timeout=10 -print_final_stats=1 \
		-verbosity=0 -artifact_prefix="$found/" "$found/corpus" "${seeds[@]}"
}

fuzz_targets() { tools/sources fuzz | sed 's|.*/||; s|\.c$||'; }

stage_fuzz() {
	[ -n "$(fuzz_targets)" ] || return $SKIPPED
	local passed=0 failed=0 name
	export -f fuzz_one
	fuzz_targets | xargs -P "$(nproc)" -I{} bash -c "fuzz_one build/test-asan {} $FUZZ_SMOKE_SECONDS > $LOGS/{}.log 2>&1; echo \$? > $LOGS/{}.rc" || true
	for name in $(fuzz_targets); do
		echo "== $name"
		tail -25 "$LOGS/$name.log"
		if [ "$(cat "$LOGS/$name.rc")" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
	done
	count $passed $failed
}

# Runs one stage in a subshell, adds its counts to PASSED and FAILED, shows the tail on failure.
run_stage() {
	local passed=0 failed=0 rc=0 began=$SECONDS
	STAGE=$1
	COUNT_FILE=$LOGS/$1.count
	rm -f "$COUNT_FILE"
	say "test stage $1"
	set +e
	(set -euo pipefail; COUNT_FILE=$PWD/$COUNT_FILE; "stage_$1") > "$LOGS/$1.log" 2>&1
	rc=$?
	set -e
	[ $rc != $SKIPPED ] || return 0
	[ ! -f "$COUNT_FILE" ] || read -r passed failed < "$COUNT_FILE"
	[ $rc = 0 ] || [ "$failed" -gt 0 ] || failed=1
	PASSED=$((PASSED + passed))
	FAILED=$((FAILED + failed))
	if [ "$failed" -gt 0 ]; then
		tail -60 "$LOGS/$1.log" >&2
		say "stage $1: $failed FAILED, $passed passed ($((SECONDS - began)) s); all of it in $LOGS/$1.log"
	else
		say "stage $1: $passed passed ($((SECONDS - began)) s)"
	fi
}

run_tests() { # STAGE…
	local stage
	if [ "${1-}" = list ]; then
		printf '%s\n' $STAGES
		return 0
	fi
	for stage in "$@"; do
		grep -qw -- "$stage" <<< "$STAGES" || die "no such stage: $stage" "one of: $STAGES"
	done
	PASSED=0 FAILED=0
	mkdir -p "$LOGS"
	make_test_dir
	# shellcheck disable=SC2086
	need_packages $BUILD_PACKAGES $TEST_PACKAGES
	for stage in ${*:-$STAGES}; do
		run_stage "$stage"
	done
	echo "$PASSED passed, $FAILED failed"
	[ "$FAILED" = 0 ]
}

run_fuzz() { # [NAME [SECONDS]]
	local name
	# shellcheck disable=SC2086
	need_packages $BUILD_PACKAGES $TEST_PACKAGES
	mkdir -p build
	configure_fuzz
	for name in ${1:-$(fuzz_targets)}; do
		grep -qx -- "$name" <<< "$(fuzz_targets)" || die "no such fuzzer: $name" "one of: $(fuzz_targets | tr '\n' ' ')"
		compile build/test-fuzz "$name"
		fuzz_one build/test-fuzz "$name" "${2-60}"
	done
}

run_lint() {
	local rc=0
	# shellcheck disable=SC2086
	need_packages $BUILD_PACKAGES $TEST_PACKAGES
	mkdir -p build
	tools/check_floors || rc=1
	tools/check_style || rc=1
	configure_asan
	say "clang-tidy (the set in .clang-tidy)"
	tools/sources product | grep '\.c$' | xargs -P "$(nproc)" -n 8 clang-tidy -p build/test-asan --quiet || rc=1
	return $rc
}
