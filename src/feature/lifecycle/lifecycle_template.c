/*
 * Starting values by trade. "own" is not among them: its days come from the corp's own orders (lifecycle_job.c).
 */
#include "feature/lifecycle/lifecycle.h"

#define RULE(code, growing, mature, window, dormant, lost, life, grown) \
	{ STR_C(code), growing, mature, window, dormant, lost, STR_C(life), grown }
#define STR_C(s) { "" s "", sizeof(s) - 1 }
#define GROWN_YEARS 3 /* out of milk powder and nappies */

const struct life_template life_templates[] = {
	{ "coffee", T_LIFE_T_COFFEE, RULE("coffee", 1, 4, 30, 21, 60, "orders", 0) },
	{ "meals", T_LIFE_T_MEALS, RULE("meals", 1, 3, 90, 60, 120, "orders", 0) },
	{ "fmcg", T_LIFE_T_FMCG, RULE("fmcg", 1, 3, 90, 45, 90, "orders", 0) },
	{ "baby", T_LIFE_T_BABY, RULE("baby", 1, 3, 90, 45, 120, "orders", GROWN_YEARS) },
	{ "beauty", T_LIFE_T_BEAUTY, RULE("beauty", 1, 3, 180, 90, 180, "orders", 0) },
	{ "pharmacy", T_LIFE_T_PHARMACY, RULE("pharmacy", 1, 3, 180, 60, 180, "orders", 0) },
	{ "jewellery", T_LIFE_T_JEWELLERY, RULE("jewellery", 1, 2, 0, 365, 1095, "any", 0) },
	{ 0 },
};
