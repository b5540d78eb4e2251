/*
 * Moving people in flight to another version by an explicit map of nodes; a node not named goes to the one of
 * its own id, and who has none stays on her version.
 */
#ifndef YT_FEATURE_JOURNEY_JOURNEY_MOVE_H
#define YT_FEATURE_JOURNEY_JOURNEY_MOVE_H

#include "feature/journey/journey_int.h"

#define JOURNEY_MAP_FIELDS(F, S) F(S, STR, from, .min = 1, .max = 16) F(S, STR, to, .min = 1, .max = 16)
RECORD(journey_map, JOURNEY_MAP_FIELDS);
#define JOURNEY_MOVES_FIELDS(F, S) F(S, LIST, map, .opt = true, .max = JOURNEY_NODES_MAX, .of = &journey_map_record)
RECORD(journey_moves, JOURNEY_MOVES_FIELDS);
str journey_mapped(const struct list *map, str node);

#endif
