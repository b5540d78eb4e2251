/*
 * The simulator's Moments: tasks of the corp, who posted, who can see, likes and comments. Private to src/sim.
 */
#ifndef YT_SIM_SIM_MOMENT_H
#define YT_SIM_SIM_MOMENT_H

#include "sim/sim_model.h"

struct sim;

/* made: when the job is done. code: what it ends with; 0: it is made. posted, posted_at belong to staffs; person j of
 * the range is people[j] of member owner[j], and may see it once visible[j]; 0 in liked, commented: not. */
#define SIM_MOMENT_FIELDS(F, S)                                                                \
	F(S, STR, jobid) F(S, STR, id) F(S, MS, created) F(S, MS, made) F(S, I64, code) F(S, STR, content) \
	F(S, BOOL, cancelled) F(S, BOOL, partly) F(S, STRS, bad_users) F(S, STRS, bad_tags) F(S, STR, url) \
	F(S, IDS, staffs) F(S, IDS, posted) F(S, IDS, posted_at)                               \
	F(S, IDS, people) F(S, IDS, owner) F(S, IDS, visible) F(S, IDS, liked) F(S, IDS, commented)
struct sim_moment { SIM_MOMENT_FIELDS(RECORD_MEMBER_, sim_moment) i64 number; };

/* job_ms: how long a job takes; job_code: how the next ones end. */
struct sim_moments { VEC(struct sim_moment *) v; ms job_ms; i64 job_code; };
#define SIM_MOMENT_JOB_MS (2 * MS_SECOND)

struct sim_moment *sim_moment_add(struct sim *s, const struct sim_moment *of);
struct sim_moment *sim_moment_find(struct sim *s, str id); /* made ones; NULL */
/* Posts it as that member; false: nothing to post. */
bool sim_moment_post(struct sim *s, struct sim_moment *m, const struct sim_staff *by);
/* Who can see a member's post likes it or comments; false: she cannot see it. */
bool sim_moment_react(struct sim *s, struct sim_moment *m, size_t place, bool comment);
/* "/sim/moment/post", "/sim/moment/react" (of the newest when no moment_id is given), "/sim/moment/job"; what is wrong,
 * or NULL. */
const char *sim_moment_control(struct sim *s, str path, const struct json *in);
/* Members and customers who live by themselves. */
void sim_people_moment(struct sim *s, struct sim_moment *m);
void sim_people_saw(struct sim *s, struct sim_moment *m, size_t place);

#endif
