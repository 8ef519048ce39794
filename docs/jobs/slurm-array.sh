#!/bin/bash
# Classifies a list of images as a Slurm array: every task takes its share and writes a file of its own.
#
#   sbatch --array=1-8 slurm-array.sh
#
# A task that was killed or ran out of time goes on where it was when it is submitted again
# (`sbatch --array=3-3`, with SHARDS=8 set); so does one that Slurm requeues.
#SBATCH --job-name=evenhand
#SBATCH --cpus-per-task=4
#SBATCH --mem=2G
#SBATCH --time=04:00:00
#SBATCH --requeue
#SBATCH --output=evenhand-%A_%a.log
set -euo pipefail

# Paths that all nodes see.
run=${RUN:-run}
list=${LIST:-images.csv}
out=${OUT:-predictions}
# Features are kept for the next classifier. A folder for each task: none waits for another.
store=${STORE:-$out/features}

shard=$SLURM_ARRAY_TASK_ID
shards=${SHARDS:-$SLURM_ARRAY_TASK_COUNT}

mkdir -p "$out"
evenhand predict "$run" "$list" \
    --shard "$shard/$shards" \
    --out "$out/predictions-$shard.csv" \
    --store "$store/$shard" \
    --threads "${SLURM_CPUS_PER_TASK:-1}"
