/*
 * todo 今日待办: what a member of staff has to do, gathered from all modules for the page on her phone.
 *
 * A module that gives staff work names a function in its struct module (todos); it adds a line for each kind of
 * work that waits. The page shows how many there are and leads to where they are done.
 */
#ifndef YT_CORE_STAFF_TODO_H
#define YT_CORE_STAFF_TODO_H

#include "base/record.h"
#include "base/vec.h"

#define TODO_FIELDS(F, S)                                                       \
	F(S, STR, kind, .doc = "of the module: calendar, task …") F(S, STR, title, .doc = "in the viewer's language") \
	F(S, I64, count) F(S, MS, due_ms, .opt = true, .doc = "of the earliest") \
	F(S, STR, href, .opt = true, .doc = "a path of ours")
RECORD(todo, TODO_FIELDS);

struct todo_list { VEC(struct todo) v; };

#endif
