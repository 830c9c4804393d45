/* SPDX-License-Identifier: Apache-2.0 */
/* What the disk's encryption keeps: documents on the medium, with the unit's key, with other ones, and with none. */
#include "rig/document.h"
#include "rig/steps/steps.h"

/* By what the unit encrypts, where a document was found; *text (the caller's to free) stays NULL if it is as claimed.
 */
static gboolean check_cipher(const struct document_search *search, const char *claimed, char **text, GError **error)
{
	const struct disk_area *first = &g_array_index(search->sectors, struct disk_area, 0);
	g_autofree char *cipher = search->view.ops->cipher(search->view.self, first->disk, error);

	*text = NULL;
	if (!cipher)
		return FALSE;
	if (claimed && !g_str_equal(cipher, claimed))
		*text = g_strdup_printf("encrypted by %s, not by %s: LBA %" G_GUINT64_FORMAT " of disk %u", cipher,
					claimed, first->lba, first->disk);
	return TRUE;
}

/* Nothing found says nothing about the unit; a part of it in plaintext does, and so does another cipher. */
static gboolean judge_decrypts(struct execution *execution, json_t *arguments, const struct document_search *search,
			       GError **error)
{
	g_autofree char *wrong = NULL;
	guint64 legible;

	if (!document_legible(search, &legible, error))
		return FALSE;
	if (!legible && !search->sectors->len) {
		document_search_lost(search, error);
		return FALSE;
	}
	if (search->sectors->len && !check_cipher(search, argument_text(arguments, "cipher", NULL), &wrong, error))
		return FALSE;
	execution_judge(
	    execution, !legible && !wrong, g_strdup("legible with the unit's key only"),
	    wrong ? g_strdup(wrong)
		  : g_strdup_printf("with the key in %u of %" G_GUINT64_FORMAT
				    " sectors written since the mark, a part of it without a key in %" G_GUINT64_FORMAT,
				    search->sectors->len, search->looked, legible));
	return TRUE;
}

static gboolean run_decrypts(struct execution *execution, json_t *arguments, GError **error)
{
	struct document_search search;

	if (!document_search(&search, execution, arguments, error))
		return FALSE;
	gboolean good = judge_decrypts(execution, arguments, &search, error);
	document_search_clear(&search);
	return good;
}

/* How many of the keys that were seen read it. */
static gboolean try_keys(const struct document_search *search, const GPtrArray *keys, guint *opening, GError **error)
{
	*opening = 0;
	for (guint i = 0; i < keys->len; i++) {
		gboolean opens;
		if (!document_opens(search, keys->pdata[i], &opens, error))
			return FALSE;
		*opening += opens;
	}
	return TRUE;
}

static gboolean judge_one_key(struct execution *execution, const struct document_search *search, GError **error)
{
	const GPtrArray *keys = execution->keys;
	guint opening;

	if (!search->sectors->len) {
		document_search_lost(search, error);
		return FALSE;
	}
	if (keys->len < 2) {
		g_set_error(error, RIG_ERROR, RIG_ERROR_UNSUPPORTED, "no other key was seen that could be tried");
		return FALSE;
	}
	if (!try_keys(search, keys, &opening, error))
		return FALSE;
	execution_judge(execution, opening == 1, g_strdup("one"),
			g_strdup_printf("%u of %u keys that were seen", opening, keys->len));
	return TRUE;
}

static gboolean run_one_key(struct execution *execution, json_t *arguments, GError **error)
{
	struct document_search search;

	if (!document_search(&search, execution, arguments, error))
		return FALSE;
	gboolean good = judge_one_key(execution, &search, error);
	document_search_clear(&search);
	return good;
}

static const char *const cipher_choices[] = { "3des-cbc", "aes-256-xts", NULL };

#define DOCUMENT_ARGUMENTS                                                                                             \
	{ "value", ARGUMENT_TEXT, TRUE, NULL, "the document" },                                                        \
	{                                                                                                              \
		"since", ARGUMENT_VARIABLE, TRUE, NULL, "a variable of read.disk_mark"                                 \
	}

static const struct step_argument decrypts_arguments[] = {
	DOCUMENT_ARGUMENTS,
	{ "cipher", ARGUMENT_CHOICE, FALSE, cipher_choices, "by what the unit claims to encrypt" },
	{ NULL },
};
static const struct step_argument one_key_arguments[] = {
	DOCUMENT_ARGUMENTS,
	{ NULL },
};

#define EXPECT .is_expectation = TRUE

const struct step_spec steps_cipher[] = {
	{ .name = "expect.decrypts",
	  .summary = "The document is on the disk, legible with the unit's key only",
	  .arguments = decrypts_arguments,
	  EXPECT,
	  .run = run_decrypts },
	{ .name = "expect.one_key",
	  .summary = "Of all keys seen so far one alone reads the document on the disk",
	  .arguments = one_key_arguments,
	  EXPECT,
	  .run = run_one_key },
	{ NULL },
};
