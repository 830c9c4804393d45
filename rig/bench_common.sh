# SPDX-License-Identifier: Apache-2.0
# What the benchmark scripts share; to be sourced.

# The middle one of the numbers on standard input, one a line.
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
