#!/bin/bash
# Puts together what slurm-array.sh wrote, when all of its tasks are done:
#
#   job=$(sbatch --parsable --array=1-8 slurm-array.sh)
#   sbatch --dependency="afterok:$job" slurm-merge.sh
#SBATCH --job-name=evenhand-merge
#SBATCH --mem=1G
#SBATCH --time=01:00:00
#SBATCH --output=evenhand-merge-%j.log
set -euo pipefail

out=${OUT:-predictions}
evenhand merge "$out"/predictions-*.csv --out "$out.csv"
