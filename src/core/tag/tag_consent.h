/*
 * tag_consent: records that a person agreed to a purpose (TAG_PURPOSES), without which no sensitive tag is
 * put on her and she is in no look-alike.
 */
#ifndef YT_CORE_TAG_TAG_CONSENT_H
#define YT_CORE_TAG_TAG_CONSENT_H

#include "core/tag/tag.h"

#define TAG_SAID_MAX 500

struct tag_consent_in {
	str purpose;
	str how;  /* by what way: "talk", "form", "call", "paper" */
	str said; /* what she agreed to, in words; sealed with her key; may be nil */
};
err tag_consent_give(struct tx *tx, i64 customer, const struct tag_consent_in *in, i64 *ret_id);
/* Ends what stands on this leaf, and takes its sensitive marks off. Repeat it for every leaf. */
err tag_consent_end(struct tx *tx, i64 leaf, const char *purpose);

#endif
