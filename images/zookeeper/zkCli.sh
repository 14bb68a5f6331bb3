#!/bin/bash
# zkCli.sh [-server HOST[:PORT]] [COMMAND ...]: ZooKeeper's own client; without a command it reads them from its input.
set -eu
# shellcheck source=images/zookeeper/environment.sh
. /usr/share/holdfast/zookeeper/environment.sh
exec "${java_command[@]}" -Xmx32m -Dorg.slf4j.simpleLogger.defaultLogLevel=warn \
	org.apache.zookeeper.ZooKeeperMain "$@"
