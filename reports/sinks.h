/* SPDX-License-Identifier: Apache-2.0 */
/* The formats of this folder, one a file. */
#pragma once
#include "rig/sink.h"

extern const struct sink timeline_sink;	    /* timeline.jsonl */
extern const struct sink run_json_sink;	    /* run.json */
extern const struct sink junit_sink;	    /* junit.xml */
extern const struct sink html_sink;	    /* report.html */
extern const struct sink pcapng_sink;	    /* trace.pcapng */
extern const struct sink blktrace_sink;	    /* disk.blktrace.0 */
extern const struct sink blktrace_2_sink;   /* disk2.blktrace.0 */
extern const struct sink log_writes_sink;   /* disk.log-writes */
extern const struct sink log_writes_2_sink; /* disk2.log-writes */
extern const struct sink vcd_sink;	    /* logic.vcd */
extern const struct sink logic_sr_sink;	    /* logic-*.sr */
extern const struct sink sums_sink;	    /* SHA256SUMS: after all that write files */
extern const struct sink progress_sink;	    /* live, standard error; `folder` is not used */
extern const struct sink json_lines_sink;   /* --json, standard output; `folder` is not used */
