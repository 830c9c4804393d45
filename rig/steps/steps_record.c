/* SPDX-License-Identifier: Apache-2.0 */
/* What the record itself must show. */
#include "rig/recompute.h"
#include "rig/steps/steps.h"

static gboolean visit(const struct event *event, gpointer data, GError **error)
{
	(void)error;
	recompute_event(data, event);
	return TRUE;
}

/* The record is the rig's: what it does not bear out is no failure of the controller's. */
static gboolean judge(struct execution *execution, const struct recompute *recompute, GError **error)
{
	const char *difference = recompute_difference(recompute);

	if (!recompute_has_frames(recompute) || !recompute_statements(recompute)) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_UNSUPPORTED,
			    "the record has no frames of the rig's own protocol in it that said anything");
		return FALSE;
	}
	if (difference) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_RIG, "the raw traces do not bear out what was judged: %s",
			    difference);
		return FALSE;
	}
	execution_judge(execution, TRUE, g_strdup("the same from the raw traces"),
			g_strdup_printf("%u statements of the unit and %u findings, each the same",
					recompute_statements(recompute), recompute_findings(recompute)));
	return TRUE;
}

/* What monitors are told late they make of it late: the record is read when nothing is on its way. */
static gboolean run_recomputed(struct execution *execution, json_t *arguments, GError **error)
{
	const struct unit_profile profile = execution_profile(execution);
	struct recompute *recompute = recompute_new(&profile);

	(void)arguments;
	gboolean good = slot_visit_record(execution->slot, visit, recompute, error);
	recompute_end(recompute);
	good = good && judge(execution, recompute, error);
	recompute_free(recompute);
	return good;
}

static const struct step_argument no_arguments[] = { { NULL } };

const struct step_spec steps_record[] = {
	{ .name = "expect.recomputed",
	  .summary = "What the unit said, and what monitors found, follows from the raw traces recorded so far",
	  .arguments = no_arguments,
	  .is_expectation = TRUE,
	  .run = run_recomputed },
	{ NULL },
};
