/*
 * What the files of the simulated official account share.
 */
#ifndef YT_SIM_SIM_OA_INT_H
#define YT_SIM_SIM_OA_INT_H

#include "sim/sim_call.h"

#define OA_NOTICES_PATH "/oa/wxaapi/newtmpl/gettemplate"

/* What lets the account write to her, each with a bucket of its own. */
enum oa_trigger { OA_MESSAGE, OA_CLICK, OA_FOLLOW, OA_SCAN, OA_TRIGGERS };
struct oa_bucket { ms at; i64 left; };
struct oa_consents { str template; i64 left; };
struct oa_follower {
	str openid, unionid, scene;
	ms since;
	bool following;
	struct oa_bucket buckets[OA_TRIGGERS];
	VEC(struct oa_consents) consents;
};
struct oa_ticket { str scene, ticket; };
struct sim_oa {
	str secret, token_now, url, token, aes_key, mode;
	ms token_until;
	bool bound;
	VEC(struct oa_follower) fans;
	VEC(struct oa_ticket) tickets;
	struct map by_openid, by_scene; /* i64: which follower; the ticket */
	i64 fault_code, fault_count, gets, get_day;
	struct map said;  /* client_msg_id of templates: struct oa_told */
	i64 messages;     /* numbers of templates given out */
	i64 lose;         /* so many sends happen and lose their answer */
	str finish;       /* Status of the next template report; nil: success */
	str menu;         /* JSON array; nil none */
};

struct oa_reply { struct http_reply *reply; struct buf out; struct arena *a; };
void sim_oa_refuse(struct oa_reply *r, i64 code);
/* Paths of messages, templates and the menu; false: not one of them. */
bool sim_oa_talk(struct sim *s, struct sim_oa *oa, str path, const struct json *in, struct oa_reply *r);
void sim_oa_bucket(struct sim *s, struct oa_follower *f, enum oa_trigger trigger);
/* Control that is about no follower ("lose", "finish"); false: it is about one. */
bool sim_oa_set(struct sim *s, struct sim_oa *oa, str what, const struct json *in);
/* What she does in the chat ("write", "click", "consent"): the push; nil: something else. */
str sim_oa_said(struct sim *s, struct oa_follower *f, str what, const struct json *in, struct arena *a);

#endif
