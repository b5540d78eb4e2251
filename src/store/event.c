/*
 * The table of event kinds, out of event.def.
 */
#include "store/journal.h"

const struct event_info event_infos[] = {
#define EVENT(number_, name_, text_, version_, doc_) { number_, text_, doc_, version_ },
#include "store/event.def"
#undef EVENT
	{ 0, NULL, NULL, 0 },
};

const struct event_info *event_info(int number)
{
	for (const struct event_info *i = event_infos; i->number; i++) {
		if (i->number == number)
			return i;
	}
	return NULL;
}

const struct event_info *event_by_name(str name)
{
	for (const struct event_info *i = event_infos; i->number; i++) {
		if (str_eq_c(name, i->name))
			return i;
	}
	return NULL;
}
