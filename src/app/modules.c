/*
 * The one list of modules, in floor order. Append within a floor, never reorder: migrations run and
 * events are fed in this order.
 */
#include "core/module.h"

#define MODULES(M) \
	M(corp) \
	M(perm) \
	M(audit) \
	M(job) \
	M(staff) \
	M(customer) \
	M(identity) \
	M(guest) \
	M(follow) \
	M(tag) \
	M(way) \
	M(outlet) \
	M(attr) \
	M(verb) \
	M(reach) \
	M(audience) \
	M(profile) \
	M(group) \
	M(door) \
	M(mass) \
	M(speak) \
	M(trial) \
	M(livecode) \
	M(welcome) \
	M(order) \
	M(collect) \
	M(bind) \
	M(home) \
	M(setup) \
	M(broadcast) \
	M(attrdef) \
	M(tagrule) \
	M(value) \
	M(recommend) \
	M(lifecycle) \
	M(rfm) \
	M(followup) \
	M(shop) \
	M(export) \
	M(lookalike) \
	M(phonelist) \
	M(oa) \
	M(smsdrain) \
	M(lead) \
	M(inspect) \
	M(inherit) \
	M(change) \
	M(deleted) \
	M(tagsync) \
	M(member) \
	M(payment) \
	M(groupbook) \
	M(groupcode) \
	M(groupinvite) \
	M(grouphello) \
	M(sidebar) \
	M(keyword) \
	M(calendar) \
	M(living) \
	M(area) \
	M(card) \
	M(lucky) \
	M(journey) \
	M(restraint) \
	M(stafftask) \
	M(letter) \
	M(tagverb) \
	M(groupcast) \
	M(mail) \
	M(hook) \
	M(roster) \
	M(moment) \
	M(material) \
	M(survey) \
	M(experiment) \
	M(campaign) \
	M(alarm) \
	M(approval) \
	M(app) \
	/* end */

#define DECLARE_(name) extern const struct module name##_module;
MODULES(DECLARE_)

#define POINT_(name) &name##_module,
const struct module *const modules[] = { MODULES(POINT_) NULL };
