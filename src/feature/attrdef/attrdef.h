/*
 * attrdef: the operator's side of own attributes and fields (core/attr/attr_own.h): making and taking away
 * definitions, filling a new one from history, and what a person's page shows and writes.
 *
 * A definition is not changed in what it computes: another computation is another attribute. One that an
 * audience names is not taken away. A new one over events is filled by a job, slot by slot, up to the place
 * from which the handler counts by itself; then the persons it speaks of are folded anew, and only then does
 * it have values, all at once.
 */
#ifndef YT_FEATURE_ATTRDEF_ATTRDEF_H
#define YT_FEATURE_ATTRDEF_ATTRDEF_H

#include "core/attr/attr_own.h"
#include "core/job/job.h"

#define ATTRDEF_JOB "attribute.fill"
#define ATTRDEF_JOB_FIELDS(F, S) F(S, ID, attr)
RECORD(attrdef_job, ATTRDEF_JOB_FIELDS);

err attrdef_fill(struct cx *cx, struct job *job, bool *ret_done);

extern const struct route attrdef_routes[], attrdef_person_routes[];

#endif
