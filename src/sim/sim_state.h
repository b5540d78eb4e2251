/*
 * The simulator's state, and what its files offer each other. Private to src/sim.
 *
 * All functions here expect the lock to be held (sim_handle and sim_step take it), unless said.
 */
#ifndef YT_SIM_STATE_H
#define YT_SIM_STATE_H

#include "sim/sim_kept.h"
#include "sim/sim_model.h"
#include "sim/sim_moment.h"
#include "sim/sim_room.h"

#include <pthread.h>

enum sim_stream { STREAM_ID, STREAM_PEOPLE, STREAM_CALLBACK, STREAM_SCAN, STREAM_COUNT };
enum sim_quota { QUOTA_MONTH, QUOTA_WEEK, QUOTA_DAY };
#define SIM_APIS_MAX 160

struct sim_fault { str api, kind; i64 code, count; };
struct sim_oauth { str code, user, xid, openid; ms made; bool used; };

struct sim {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	pthread_t thread;
	bool running, stopping;
	struct arena *arena;
	struct clock *clock;
	struct transport *transport;
	u64 seed;
	u64 stream[STREAM_COUNT];

	str corpid, secret, public_url;
	i64 agentid;
	str token;
	ms token_until;
	str cb_url, cb_token, cb_key; /* cb_url nil: no callback accepted yet */
	bool lively;                  /* people and staff act by themselves */
	enum sim_quota quota;
	i64 tag_max;

	VEC(struct sim_dept *) depts;
	VEC(struct sim_staff *) staff;
	VEC(struct sim_person *) people;
	VEC(struct sim_relation *) relations;
	VEC(struct sim_group *) groups;
	VEC(struct sim_tag *) tags;
	VEC(struct sim_way *) ways;
	VEC(struct sim_media *) media;
	VEC(struct sim_task *) tasks;
	VEC(struct sim_code *) codes;
	VEC(struct sim_daystat *) daystats;
	VEC(struct sim_fault) faults;
	VEC(struct sim_oauth *) oauths;
	VEC(struct sim_kf *) kfs;
	VEC(struct sim_kf_message *) kf_messages;
	VEC(struct sim_living *) livings;
	struct map staff_by_id, person_by_xid, person_by_unionid, person_by_phone, person_by_openid;
	struct map tag_by_id, group_by_id, way_by_id, way_by_state, media_by_id, task_by_id, code_by_id;
	struct map oauth_by_code, relation_by_pair, daystat_by_key;
	i64 alive_tags;
	i64 acquire_balance, acquire_used; /* of acquisition links */
	struct sim_kept kept;   /* inheritances and receipts (sim_kept.h) */
	struct sim_chats group; /* customer groups (sim_chat.h) */
	struct sim_moments moments; /* sim_moment.h */

	VEC(struct sim_due) heap; /* by (at, seq) */
	i64 due_seq;
	int delivering;           /* callbacks and shop calls in flight */

	VEC(str) log;
	u64 log_hash;
	i64 hints;
	i64 callbacks_ok, callbacks_lost, orders, mass_sent;

	struct sim_shop shop;
	struct sim_oa *oa;   /* NULL until first used; not in snapshots */
	struct sim_plan plan;
	i64 arrived;

	i64 per_minute, per_hour, ip_per_minute, ip_per_hour; /* frequency limits, sim_limit.c */
	struct map meters;
	_Atomic int inflight[SIM_APIS_MAX];
	i64 calls[SIM_APIS_MAX]; /* answered in whatever way; not in snapshots */
};

/* sim_model.c */
ms sim_now(const struct sim *s);
i64 sim_day(ms at); /* day number in the corp's zone, UTC+8 */
u64 sim_random(struct sim *s, enum sim_stream stream);
i64 sim_below(struct sim *s, enum sim_stream stream, i64 n); /* 0..n-1 */
double sim_unit(struct sim *s, enum sim_stream stream);      /* (0, 1) */
bool sim_chance(struct sim *s, enum sim_stream stream, double p);
str sim_new_id(struct sim *s, const char *prefix, size_t chars);
str sim_keep(struct sim *s, str text); /* a copy that lives as long as the simulator */
void sim_ids_add(struct sim *s, struct ids *ids, i64 value);
bool sim_ids_has(const struct ids *ids, i64 value);
void sim_ids_drop(struct ids *ids, i64 value);
struct sim_dept *sim_dept_add(struct sim *s, const struct sim_dept *of);
struct sim_staff *sim_staff_add(struct sim *s, const struct sim_staff *of);
struct sim_person *sim_person_add(struct sim *s, const struct sim_person *of);
struct sim_relation *sim_relation_add(struct sim *s, const struct sim_relation *of);
struct sim_group *sim_group_add(struct sim *s, const struct sim_group *of);
struct sim_tag *sim_tag_add(struct sim *s, const struct sim_tag *of);
struct sim_way *sim_way_add(struct sim *s, const struct sim_way *of);
struct sim_media *sim_media_add(struct sim *s, const struct sim_media *of);
struct sim_task *sim_task_add(struct sim *s, const struct sim_task *of);
struct sim_code *sim_code_add(struct sim *s, const struct sim_code *of);
struct sim_staff *sim_staff_find(struct sim *s, str userid); /* any letter case */
struct sim_staff *sim_staff_usable(struct sim *s, str userid); /* also visible and serving customers */
bool sim_staff_serves(const struct sim_staff *m);
struct sim_relation *sim_relation_find(struct sim *s, const struct sim_staff *m, const struct sim_person *p);
bool sim_relation_readable(const struct sim_relation *r); /* the API still shows it */
struct sim_daystat *sim_daystat(struct sim *s, i64 staff, i64 day);
struct sim_tag *sim_tag_named(struct sim_group *g, str name);
void sim_tag_delete(struct sim *s, struct sim_tag *t);
struct sim_group *sim_group_named(struct sim *s, str name);

/* One line of the effects log: {"n":…,"time":…,"kind":…,"api":…,"params":{…}[,"result":{…}]}. */
void sim_log(struct sim *s, const char *kind, str api, str params, str result);
void sim_logf(struct sim *s, const char *kind, const char *api, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* sim_due.c */
void sim_due_add(struct sim *s, ms at, enum sim_due_kind kind, i64 a, i64 b, str text);
void sim_due_push(struct sim *s, const struct sim_due *d);

void sim_acquire_balance(struct sim *s, i64 balance); /* sim_api_acquire.c */
/* sim_callback.c */
void sim_event(struct sim *s, const char *event, const char *change, const struct http_pair *fields, size_t count);
void sim_callback_deliver(struct sim *s, const struct sim_due *d); /* called without the lock */
void sim_oa_due(struct sim *s, const struct sim_due *d); /* sim_oa.c, without the lock */

/* sim_client.c: what people and members do in their clients; each emits the platform's events */
struct sim_scan { str state; i64 add_way; bool skip_verify; };
struct sim_relation *sim_add_friend(struct sim *s, struct sim_person *p, struct sim_staff *m, const struct sim_scan *scan, bool *ret_new);
struct sim_staff *sim_way_pick(struct sim *s, const struct sim_way *w, const struct sim_person *p);
void sim_accept(struct sim *s, struct sim_relation *r);
bool sim_delete_by_staff(struct sim *s, struct sim_relation *r);
bool sim_delete_by_customer(struct sim *s, struct sim_relation *r);
void sim_chat(struct sim *s, struct sim_relation *r);
bool sim_client_tag(struct sim *s, struct sim_relation *r, i64 tag, bool add);
void sim_tag_event(struct sim *s, str id, const char *type, const char *change);
struct sim_person *sim_person_make(struct sim *s, const struct json *of);

/* sim_mass.c */
bool sim_task_confirm(struct sim *s, struct sim_task *t, const struct sim_staff *m); /* false: nothing to confirm */

#endif
