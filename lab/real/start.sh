#!/bin/bash
# The first program of an image of the real GPUStack. It does what the published image's services do, in their order: the
# server's own check, the database, the move of a v0.x database, the gateway, Prometheus and Grafana, then the server. Which of
# them run is what the server's check has written down. It ends as they do: any that fails ends all.
set -u
set -m # each in a process group of its own, so that a signal to the container is passed on in order
export PYTHONPATH=/opt/gpustack PATH=$PATH:/usr/lib/postgresql/15/bin
export GPUSTACK_RUN_DIR=/run/gpustack
for part in gateway postgres observability; do
	mkdir -p /run/gpustack/$part
	export "GPUSTACK_${part^^}_DIR=/run/gpustack/$part" "GPUSTACK_${part^^}_CONFIG=/run/gpustack/$part/.env" # until v2.1, and from v2.2 on
done

gpustack() { exec python3 -W ignore -c 'import sys; sys.argv[0] = "gpustack"; from gpustack.main import main; sys.exit(main())' "$@"; }
postgres_user="setpriv --reuid=postgres --regid=postgres --clear-groups"
as_postgres() { $postgres_user "$@"; }
waiting() { until (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; do sleep 0.2; done; }

# v0.x is one program, without a check of its own.
if [ -e /opt/gpustack/gpustack/cmd/prerun.py ]; then
	(gpustack prerun "$@") || exit
fi
enabled() { [ -e /etc/s6-overlay/s6-rc.d/user/contents.d/"$1" ]; }

# The published image brings what tells a worker of the machine and of model files; otherwise it would fetch that.
tools=/opt/gpustack/gpustack/third_party/bin manager=/opt/gpustack/gpustack/worker/tools_manager.py
if [ -e $manager ]; then
	for tool in gguf-parser fastfetch; do
		mkdir -p $tools/$tool
		printf '#!/bin/sh\necho "[]"\n' >$tools/$tool/$tool
		chmod +x $tools/$tool/$tool
	done
	printf '{"gguf-parser": "%s", "fastfetch": "%s"}\n' "$(sed -n 's/^BUILTIN_GGUF_PARSER_VERSION = "\(.*\)"/\1/p' $manager)" \
		"$(sed -n '/def download_fastfetch/,/version = /s/.*version = "\(.*\)"/\1/p' $manager)" >$tools/versions.json
fi

others=()
database=

if enabled postgres; then
	. "$GPUSTACK_POSTGRES_CONFIG"
	[ -d "$POSTGRES_DATA_DIR" ] || install -d -o postgres -g postgres -m 700 "$POSTGRES_DATA_DIR"
	install -d -o postgres -g postgres "$LOG_DIR/postgresql" /run/postgresql /etc/postgresql/main
	# All addresses, as the published image's configuration says; without a password from this machine alone.
	printf '%s\n' "listen_addresses = '*'" "jit = off" "hba_file = '/etc/postgresql/main/pg_hba.conf'" >/etc/postgresql/main/postgresql.conf
	printf '%s\n' "local all postgres peer" "host all root 127.0.0.1/32 trust" "host all root ::1/128 trust" \
		"host all all 0.0.0.0/0 scram-sha-256" >/etc/postgresql/main/pg_hba.conf
	[ -s "$POSTGRES_DATA_DIR/PG_VERSION" ] || as_postgres initdb -D "$POSTGRES_DATA_DIR" >/dev/null || exit
	$postgres_user postgres -D "$POSTGRES_DATA_DIR" -p "$EMBEDDED_DATABASE_PORT" \
		-c config_file=/etc/postgresql/main/postgresql.conf >>"$LOG_DIR/postgresql/postgresql.log" 2>&1 &
	database=$!
	until as_postgres pg_isready -q -p "$EMBEDDED_DATABASE_PORT"; do
		kill -0 $database 2>/dev/null || { tail -n 5 "$LOG_DIR/postgresql/postgresql.log" >&2; exit 1; }
		sleep 0.2
	done
	sql() { as_postgres psql -qAt -p "$EMBEDDED_DATABASE_PORT" -c "$1"; }
	[ -n "$(sql "SELECT 1 FROM pg_roles WHERE rolname = 'root'")" ] || sql "CREATE USER root"
	[ -n "$(sql "SELECT 1 FROM pg_database WHERE datname = 'gpustack'")" ] || sql "CREATE DATABASE gpustack OWNER root"
fi

if enabled gpustack-migration && [ ! -e "$STATE_MIGRATION_DONE_FILE" ]; then
	(gpustack migrate --migration-data-dir "$DATA_DIR" \
		--database-url "postgresql://root@localhost:$EMBEDDED_DATABASE_PORT/gpustack") || exit
	mkdir -p "$(dirname "$STATE_MIGRATION_DONE_FILE")" && touch "$STATE_MIGRATION_DONE_FILE"
fi

if enabled gateway; then
	# In a shell of its own: its variables have names that the server reads.
	(. "$GPUSTACK_GATEWAY_CONFIG" && exec /usr/local/bin/gateway "$GATEWAY_HTTP_PORT" "$GATEWAY_HTTPS_PORT" "$GPUSTACK_API_PORT") &
	others+=($!)
	waiting 18443
fi
if enabled prometheus; then
	. "$GPUSTACK_OBSERVABILITY_CONFIG"
	prometheus --config.file=/etc/prometheus/prometheus.yml --storage.tsdb.path="$PROMETHEUS_DATA_DIR" \
		--web.listen-address="0.0.0.0:$PROMETHEUS_PORT" --web.route-prefix=/prometheus >/dev/null 2>&1 &
	others+=($!)
	# Grafana's stand-in has its port, on both families as Grafana has.
	python3 -m http.server --bind :: --directory /var/empty "$GF_SERVER_HTTP_PORT" >/dev/null 2>&1 &
	others+=($!)
fi

gpustack start "$@" &
server=$!

stop() { kill -TERM $server 2>/dev/null; }
trap stop TERM INT
wait -n $server "${others[@]}" $database
status=$?
[ $status -lt 128 ] || status=0 # told to stop
kill -TERM $server "${others[@]}" 2>/dev/null
wait $server "${others[@]}"
[ -z "$database" ] || { kill -INT "$database" 2>/dev/null; wait "$database"; }
exit $status
