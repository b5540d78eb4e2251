/*
 * What PostgreSQL's planner knows of tables that grow.
 *
 * Of a table it has never counted it takes any index for as good as another, as soon as two of its columns are
 * given: a person's rows are then found by walking her whole slot. Its own daemon counts once a minute, too late for
 * a company that brings everybody on its first day. SQLite is told once and for all (plan_hint.c).
 */
#ifndef YT_STORE_LEARN_H
#define YT_STORE_LEARN_H

#include "store/store.h"

#define LEARN_GROWTH 4 /* times what the planner knows: then it is counted again */
#define LEARN_PAGES 8  /* smaller tables are well enough searched in any way */

/* Lets the planner count the tables that have grown so much; how many they were. */
err store_learn(struct store *st, i64 *ret_tables, struct fail *f);

#endif
