#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Starts a Slurm of two nodes on this machine, runs a command with it and ends it:
#   tests/cluster/with-slurm.sh COMMAND [ARGUMENTS]
# As root. Everything is in a folder of its own: keys, sockets, states, logs; nothing of a Slurm or munge of the
# machine is touched. SLURM_CONF tells sbatch and the others where it is.
set -euo pipefail

# Processes of its own kind, all of which end with this one, where the system allows that.
if [ -z "${SPINFLOW_INSIDE:-}" ] && unshare --pid --fork --mount-proc true 2> /dev/null; then
  SPINFLOW_INSIDE=yes exec unshare --pid --fork --kill-child --mount-proc "$0" "$@"
fi
export PATH=$PATH:/usr/sbin
folder=$(mktemp -d "${TMPDIR:-/tmp}/spinflow-slurm.XXXXXX")
daemons=()

# Ends what was started: all at once where these processes are of a kind of their own, else jobs before daemons.
end() {
  status=$?
  trap - EXIT
  [ $status -eq 0 ] || tail -n 20 "$folder"/*.log >&2 || true
  exec 2> /dev/null # the shell would tell of every process that is killed
  if [ $$ -eq 1 ]; then
    kill -KILL -1 || true
  elif [ ${#daemons[@]} -gt 1 ]; then
    timeout 20 scancel --state=PENDING --user=root || true
    timeout 20 scancel --signal=KILL --full --user=root || true
    for _ in $(seq 40); do [ -n "$(squeue --noheader)" ] || break; sleep .25; done
  fi
  for ((i = ${#daemons[@]} - 1; i >= 0; i--)); do kill "${daemons[i]}" || true; done
  wait
  rm -rf "$folder"
  exit $status
}
trap end EXIT
trap 'exit 143' TERM
trap 'exit 130' INT

chmod 755 "$folder"
(umask 077 && head -c 1024 /dev/urandom > "$folder/munge.key")
munged --foreground --force --socket="$folder/munge.socket" --key-file="$folder/munge.key" \
  --pid-file="$folder/munge.pid" --log-file="$folder/munge.log" --seed-file="$folder/munge.seed" \
  2> "$folder/munged.log" &
daemons+=($!)

host=$(hostname)
port=$((20000 + $$ % 20000))
cpus=$(nproc)
mkdir "$folder/state"
cat > "$folder/slurm.conf" <<CONF
ClusterName=spinflow
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket,cred_expire=6
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool-%n
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd-%n.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=0,sched_interval=1
SlurmdParameters=config_overrides
ReturnToService=2
KillWait=5
NodeName=one NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 1)) CPUs=$cpus
NodeName=two NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 2)) CPUs=$cpus
PartitionName=all Nodes=one,two Default=YES State=UP MaxTime=INFINITE
CONF
export SLURM_CONF=$folder/slurm.conf

for _ in $(seq 100); do [ -S "$folder/munge.socket" ] && break; sleep .1; done
slurmctld -D -i 2> "$folder/slurmctld.log" &
daemons+=($!)
for node in one two; do
  slurmd -D -N $node 2> "$folder/slurmd-$node.log" &
  daemons+=($!)
done
# Without a controller sinfo waits for a long time.
idle() { timeout 5 sinfo --noheader --states=idle --format=%D 2> /dev/null || true; }
SECONDS=0
while [ "$(idle)" != 2 ]; do
  if [ $SECONDS -ge 40 ]; then
    echo "Slurm does not start on this machine" >&2
    exit 1
  fi
  sleep .25
done
sinfo
"$@"
