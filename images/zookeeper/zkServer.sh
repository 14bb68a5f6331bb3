#!/bin/bash
# zkServer.sh start-foreground: runs the server on the configuration that the entrypoint wrote.
# zkServer.sh status: says what the server of this container is doing; ends with 0 only when it serves clients, which a
# member of an ensemble does as leader or follower of a quorum.
set -eu

# ask WORD: the answer to a four-letter word; nothing when none came.
ask() {
	local port=${ZOO_CLIENT_PORT:-2181}
	{ exec 3<>"/dev/tcp/127.0.0.1/$port"; } 2>/dev/null || {
		echo "nothing listens on port $port"
		return
	}
	printf '%s' "$1" >&3
	cat <&3 2>/dev/null || true
}

status() {
	local answer
	answer=$(ask srvr)
	if [[ $answer =~ Mode:\ [a-z]+ ]]; then
		echo "${BASH_REMATCH[0]}"
	else
		echo "${answer:-the server gave no answer}" >&2
		return 1
	fi
}

start() {
	# shellcheck source=images/zookeeper/environment.sh
	. /usr/share/holdfast/zookeeper/environment.sh
	# shellcheck disable=SC2086 # options are words
	exec "${java_command[@]}" \
		-Dorg.slf4j.simpleLogger.showDateTime=true "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSX" \
		-Dorg.slf4j.simpleLogger.showThreadName=false -Dorg.slf4j.simpleLogger.showShortLogName=true \
		${JVMFLAGS--Xmx64m} org.apache.zookeeper.server.quorum.QuorumPeerMain "${ZOO_DATA_DIR:-/data}/zoo.cfg"
}

case ${1-} in
start-foreground) start ;;
status) status ;;
*)
	echo "zkServer.sh: start-foreground or status, not ${1-nothing}" >&2
	exit 2
	;;
esac
