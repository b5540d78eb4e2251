/*
 * The senders of what the account says: words filled in at the last moment, then the call, then what the answer means.
 */
#include "feature/oa/oa_talk_data.h"

#include "core/attr/attr_say.h"
#include "core/customer/customer.h"
#include "store/outbox.h"

#define AGAIN_MARGIN_MS MS_MINUTE

struct saying { struct oa_say_task task; struct oa_account account; struct oa_open open; i64 root; };

static err open_account(const struct snap *s, struct saying *ret)
{
	TRY(oa_account_get(s, &(struct oa_key){ ret->task.account }, &ret->account));
	return oa_open(s, &ret->account, &ret->open);
}

static err load(struct cx *cx, const struct outbox_row *row, const struct record *record, struct saying *ret, void *ret_args)
{
	struct unit *u = &cx->unit;
	struct json *tree;
	TRY(READ_SNAP(u, row->slot, outbox_body(snap, row, &oa_say_task_record, &ret->task)));
	TRY(json_parse(ret->task.args, CX_ARENA(cx), &tree, &u->fail));
	record_init(record, ret_args);
	record_read(record, tree, ret_args, CX_ARENA(cx));
	TRY(customer_root(u, row->customer, &ret->root));
	return READ_SNAP(u, slot_base(u->store, u->corp), open_account(snap, ret));
}

static str code(struct arena *a, i64 errcode, err e)
{
	return errcode ? arena_printf(a, "%lld", (long long)errcode) : str_c(err_name(e));
}

static struct speak_ended ended(const char *verb, const char *state, str reason)
{
	return (struct speak_ended){ .verb = str_c(verb), .state = str_c(state), .reason = reason, .remote = STR_NIL, .cost = NIL };
}

/* What an answer that is no success means for the person. */
static void refused(struct cx *cx, const struct outbox_row *row, const char *verb, const struct oa_call *c, err e, struct outcome *ret)
{
	static const char *const words[] = { [OA_WHY_WINDOW] = "window_shut", [OA_WHY_NO_FAN] = "no_fan", [OA_WHY_REFUSED] = "refused" };
	enum oa_why why = e == ERR_STATE ? oa_why(c->errcode) : OA_WHY_OTHER;
	bool lost = e == ERR_UNKNOWN || e == ERR_TIMEOUT;
	if (e == ERR_UPSTREAM || e == ERR_TOO_MANY) { /* never left us, or was not taken */
		ms wait = c->errcode == 45009 ? OA_QUOTA_MS / 24 : OA_QUOTA_RETRY_MS;
		*ret = (struct outcome){ .state = OUTCOME_RETRY, .retry_at = e == ERR_TOO_MANY ? cx_now(cx) + wait : 0,
					 .reason = code(CX_ARENA(cx), c->errcode, e) };
	} else if (lost) {
		speak_done(cx, row, ended(verb, "unknown", STR("unknown")), ret);
	} else if (why != OA_WHY_OTHER) {
		speak_done(cx, row, ended(verb, "refused", str_c(words[why])), ret);
	} else {
		speak_done(cx, row, ended(verb, "failed", code(CX_ARENA(cx), c->errcode, e)), ret);
	}
}

err oa_message_send(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct unit *u = &cx->unit;
	struct saying s;
	struct oa_message_args in;
	TRY(load(cx, row, &oa_message_args_record, &s, &in));
	struct oa_said m = { .openid = s.task.openid, .menu = in.menu };
	const struct content_link *l = in.link;
	TRY(attr_say(u, s.root, in.text.n ? in.text : STR(""), &m.text));
	if (l) {
		TRY(attr_say(u, s.root, l->title, &m.title));
		TRY(attr_say(u, s.root, l->desc.n ? l->desc : STR(""), &m.desc));
		m.url = l->url;
		m.pic = l->picurl;
	}
	struct oa_call call = oa_call_of(cx, &s.open.app);
	err e = oa_say(&call, &m);
	if (e == OK)
		speak_done(cx, row, ended(OA_VERB_MESSAGE, "sent", STR_NIL), ret);
	else
		refused(cx, row, OA_VERB_MESSAGE, &call, e, ret);
	return OK;
}

/* Waited until its window had shut. */
err oa_late(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	speak_done(cx, row, ended(OA_VERB_MESSAGE, "expired", STR("window_shut")), ret);
	return OK;
}

static err notify_of(struct cx *cx, const struct saying *s, const struct oa_notify_args *in, struct oa_notify *ret)
{
	const struct oa_pair *pairs = in->data.v;
	struct oa_value *v = ARENA_ARRAY(CX_ARENA(cx), struct oa_value, in->data.n + 1);
	for (size_t i = 0; i < in->data.n; i++) {
		str value;
		TRY(attr_say(&cx->unit, s->root, pairs[i].value, &value));
		v[i] = (struct oa_value){ pairs[i].key, oa_value_fit(CX_ARENA(cx), pairs[i].key, value) };
	}
	*ret = (struct oa_notify){ s->task.openid, in->template, in->url, in->mini_appid, in->mini_path, v, in->data.n, STR_NIL };
	return OK;
}

/* The platform sends one number once within OA_AGAIN_MS: as long a lost answer is asked for again. */
err oa_template_send_row(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct saying s;
	struct oa_notify_args in;
	struct oa_notify m;
	str msgid;
	bool safe = cx_now(cx) < row->due + OA_AGAIN_MS - AGAIN_MARGIN_MS;
	if (row->state == OUTBOX_UNKNOWN && !safe)
		return speak_lost(cx, row, ret);
	TRY(load(cx, row, &oa_notify_args_record, &s, &in));
	TRY(notify_of(cx, &s, &in, &m));
	m.again = arena_printf(CX_ARENA(cx), "yt%lld", (long long)speak_id(row));
	struct oa_call call = oa_call_of(cx, &s.open.app);
	err e = oa_template_send(&call, &m, &msgid);
	if (e == OK) {
		struct speak_ended how = ended(OA_VERB_TEMPLATE, "accepted", STR_NIL);
		how.remote = msgid;
		speak_done(cx, row, how, ret);
	} else if ((e == ERR_UNKNOWN || e == ERR_TIMEOUT) && safe) {
		*ret = (struct outcome){ .state = OUTCOME_UNKNOWN, .reason = str_c(err_name(e)) };
	} else {
		refused(cx, row, OA_VERB_TEMPLATE, &call, e, ret);
	}
	return OK;
}

static err forget(struct tx *tx, struct oa_consent key)
{
	err e = oa_consent_get(&tx->snap, &key, &key);
	key.accepts = 0;
	return e == ERR_NOT_FOUND ? OK : e == OK ? oa_consent_put(tx, &key) : e;
}

/* She has no consent left over there: ours was wrong. */
static err no_consent(struct cx *cx, const struct saying *s, const struct oa_notify_args *in)
{
	i64 leaves[CUSTOMER_LEAVES_MAX];
	size_t n;
	TRY(customer_leaves(&cx->unit, s->root, leaves, &n));
	for (size_t i = 0; i < n; i++) {
		struct oa_consent key = { .customer = leaves[i], .account = s->account.id, .template = in->template };
		TRY(WRITE_TX(&cx->unit, slot_of_customer(cx->env->store, leaves[i]), forget(tx, key)));
	}
	return OK;
}

err oa_subscribe_send_row(struct cx *cx, const struct outbox_row *row, struct outcome *ret)
{
	struct saying s;
	struct oa_notify_args in;
	struct oa_notify m;
	TRY(load(cx, row, &oa_notify_args_record, &s, &in));
	TRY(notify_of(cx, &s, &in, &m));
	struct oa_call call = oa_call_of(cx, &s.open.app);
	err e = oa_subscribe_send(&call, &m);
	if (e == OK) {
		speak_done(cx, row, ended(OA_VERB_SUBSCRIBE, "sent", STR_NIL), ret);
		return OK;
	}
	if (e == ERR_STATE && call.errcode == 43101) {
		TRY(no_consent(cx, &s, &in));
		speak_done(cx, row, ended(OA_VERB_SUBSCRIBE, "refused", STR("no_consent")), ret);
		return OK;
	}
	refused(cx, row, OA_VERB_SUBSCRIBE, &call, e, ret);
	return OK;
}
