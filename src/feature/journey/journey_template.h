/*
 * Journeys to begin with, as data: titles in text.def, graphs as JSON of journey_def.
 */
#ifndef YT_FEATURE_JOURNEY_JOURNEY_TEMPLATE_H
#define YT_FEATURE_JOURNEY_JOURNEY_TEMPLATE_H

#include "base/text.h"

struct journey_template { const char *id; enum text title, summary; const char *def; };
extern const struct journey_template journey_templates[]; /* ends with id NULL */

#endif
