/*
 * material's rules on a transaction of the base slot: versions, approval, removal.
 */
#include "feature/material/material_data.h"

#include "core/attr/attr_say.h"
#include "core/approve/approve.h"
#include "core/audit/audit.h"
#include "core/corp/corp.h"
#include "core/door/door.h"
#include "store/journal.h"

static str text_of(str s) { return str_is_nil(s) ? STR("") : s; }

static err told(struct tx *tx, const struct material_version *v, const char *what)
{
	struct material_saved ev = { v->material, v->number, v->title, str_c(what) };
	TRY(audit_add(tx, arena_cstr(tx->snap.arena, arena_printf(tx->snap.arena, "material.%s", what)),
		      arena_printf(tx->snap.arena, "material:%lld", (long long)v->material),
		      arena_printf(tx->snap.arena, "%lld", (long long)v->number)));
	return journal_add(tx, EV_MATERIAL_SAVED, 0, tx->snap.now, &material_saved_record, &ev, NULL);
}

static err missing(struct tx *tx)
{
	return tx_fail(tx, ERR_NOT_FOUND, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_MATERIAL, LANG_ZH)));
}

err material_find(const struct snap *s, i64 id, struct material *ret)
{
	err e = material_get(s, &(struct material_id){ id }, ret);
	return e == ERR_NOT_FOUND ? snap_fail(s, e, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_MATERIAL, LANG_ZH))) : e;
}

const char *material_state(const struct material *m, ms now)
{
	if (m->removed)
		return "removed";
	if (!m->live)
		return "waiting";
	return m->expires != NIL && now >= m->expires ? "expired" : "ok";
}

str material_category_name(const struct snap *s, i64 id, err *ret)
{
	struct material_category *all;
	size_t n;
	*ret = id ? material_categories(s, &(struct none){ 0 }, &all, &n) : OK;
	for (size_t i = 0; id && *ret == OK && i < n; i++)
		if (all[i].id == id)
			return all[i].name;
	return STR("");
}

/* ---- what a version must have ---- */

static err need(struct tx *tx, const char *field, bool given)
{
	return given ? OK : tx_fail(tx, ERR_INPUT, T_MISSING, str_c(field), STR_NIL, STR_NIL);
}

static err at_most(struct tx *tx, const char *field, str value, size_t max)
{
	return value.n <= max ? OK : tx_fail(tx, ERR_INPUT, T_TOO_LONG, str_c(field), arena_printf(tx->snap.arena, "%zu bytes", value.n),
					     arena_printf(tx->snap.arena, "%zu bytes", max));
}

/* A whole file of that sort. */
static err check_file(struct tx *tx, const char *field, i64 id, bool image)
{
	struct material_file f;
	err e = material_file_get(&tx->snap, &(struct material_id){ id }, &f);
	if (e != OK && e != ERR_NOT_FOUND)
		return e;
	if (e == ERR_NOT_FOUND || !f.blob)
		return tx_fail(tx, ERR_INPUT, T_MATERIAL_NO_FILE, str_c(field), STR_NIL, STR_NIL);
	if (material_is_image(f.type) != image)
		return tx_fail(tx, ERR_INPUT, image ? T_MATERIAL_IMAGE : T_MATERIAL_FILE, str_c(field), f.name, STR_NIL);
	return OK;
}

static err check_kind(struct tx *tx, const struct material_edit *in)
{
	if (str_eq_c(in->kind, "text") || str_eq_c(in->kind, "article"))
		TRY(need(tx, "body", str_trim(text_of(in->body)).n > 0));
	if (str_eq_c(in->kind, "link")) {
		TRY(need(tx, "url", in->url.n > 0));
		TRY(at_most(tx, "url", in->url, WECOM_LINK_URL_BYTES_MAX));
		if (!str_starts(in->url, STR("https://")) && !str_starts(in->url, STR("http://")))
			return tx_fail(tx, ERR_INPUT, T_CONTENT_LINK, STR("url"), in->url, STR("https://…"));
	}
	if (str_eq_c(in->kind, "file") || str_eq_c(in->kind, "image")) {
		TRY(need(tx, "file", in->file != NIL));
		TRY(check_file(tx, "file", in->file, str_eq_c(in->kind, "image")));
	}
	if (!str_eq_c(in->kind, "miniprogram"))
		return OK;
	TRY(need(tx, "appid", in->appid.n > 0));
	TRY(need(tx, "page", in->page.n > 0));
	TRY(need(tx, "cover", in->cover != NIL));
	return at_most(tx, "title", in->title, WECOM_MINI_TITLE_BYTES_MAX);
}

static err check_category(struct tx *tx, i64 id)
{
	err e;
	if (id == NIL || material_category_name(&tx->snap, id, &e).n)
		return OK;
	TRY(e);
	return tx_fail(tx, ERR_INPUT, T_OK, STR("category"), STR_NIL, STR_NIL);
}

/* The title is a link card's and stands in messages to staff, the summary is the card's words. */
static err check(struct tx *tx, const struct material_edit *in)
{
	TRY(need(tx, "title", str_trim(in->title).n > 0));
	TRY(at_most(tx, "title", in->title, WECOM_LINK_TITLE_BYTES_MAX));
	TRY(at_most(tx, "summary", text_of(in->summary), WECOM_LINK_DESC_BYTES_MAX));
	if (attr_say_any(in->title))
		return tx_fail(tx, ERR_INPUT, T_MATERIAL_TITLE, STR("title"), in->title, STR("{{"));
	if (in->cover != NIL)
		TRY(check_file(tx, "cover", in->cover, true));
	TRY(check_category(tx, in->category));
	return check_kind(tx, in);
}

/* ---- versions ---- */

static err approval_ends(struct tx *tx, ms *ret)
{
	i64 days;
	TRY(setting_i64(tx->snap.unit, "material.approval_days", &days));
	*ret = days > 0 ? tx->snap.now + days * MS_DAY : NIL;
	return OK;
}

static i64 user_of(const struct tx *tx)
{
	const struct unit *u = tx->snap.unit;
	return u->actor_kind == ACTOR_USER ? u->actor : 0;
}

/* The newest version is in, and where nobody has to approve it is the one shown. */
static err enter(struct tx *tx, struct material *m, struct material_version *v)
{
	i64 ask;
	TRY(setting_i64(tx->snap.unit, "material.approval", &ask));
	v->material = m->id;
	v->number = ++m->newest;
	v->state = ask ? STR("waiting") : STR("approved");
	v->maker = user_of(tx);
	v->made = tx->snap.now;
	v->judge = v->judged = NIL;
	v->reason = STR_NIL;
	if (!ask) {
		m->live = v->number;
		m->expires = NIL;
	}
	return material_version_add(tx, v);
}

static struct material_version version_of(const struct material_edit *in)
{
	bool body = str_eq_c(in->kind, "text") || str_eq_c(in->kind, "article"), link = str_eq_c(in->kind, "link");
	bool file = str_eq_c(in->kind, "file") || str_eq_c(in->kind, "image"), mini = str_eq_c(in->kind, "miniprogram");
	return (struct material_version){
		.title = str_trim(in->title), .summary = text_of(in->summary), .body = body ? in->body : STR(""),
		.url = link ? in->url : STR(""), .file = file ? in->file : 0, .cover = in->cover == NIL ? 0 : in->cover,
		.appid = mini ? in->appid : STR(""), .page = mini ? in->page : STR(""), .note = text_of(in->note),
	};
}

err material_make(struct tx *tx, const struct material_edit *in, i64 *ret_id)
{
	struct material_count have;
	struct material m = {
		.id = id_next(store_ids(tx->snap.unit->store), tx->snap.now), .kind = in->kind, .created = tx->snap.now, .version = 1,
		.category = in->category == NIL ? 0 : in->category, .alert = in->alert, .expires = NIL,
	};
	TRY(material_number(&tx->snap, &(struct none){ 0 }, &have));
	if (have.n >= MATERIAL_MAX)
		return tx_fail(tx, ERR_STATE, T_MATERIAL_MANY, STR_NIL, STR_NIL, STR(FAIL_STR(MATERIAL_MAX)));
	TRY(check(tx, in));
	TRY(door_add(tx, "material", m.id, STR(""), NIL, &m.door));
	struct material_version v = version_of(in);
	TRY(enter(tx, &m, &v));
	TRY(material_insert(tx, &m));
	*ret_id = m.id;
	return told(tx, &v, "made");
}

static err put(struct tx *tx, const struct material *m)
{
	TRY(material_update(tx, m));
	return tx_changed(tx) ? OK : tx_fail(tx, ERR_CONFLICT, T_OK, STR("version"), STR_NIL, STR_NIL);
}

static err standing(struct tx *tx, i64 id, struct material *ret)
{
	TRY(material_find(&tx->snap, id, ret));
	return ret->removed ? missing(tx) : OK;
}

err material_change(struct tx *tx, i64 id, i64 version, const struct material_edit *in)
{
	struct material m;
	TRY(standing(tx, id, &m));
	if (!str_eq(m.kind, in->kind))
		return tx_fail(tx, ERR_INPUT, T_MATERIAL_KIND, STR("kind"), in->kind, m.kind);
	TRY(check(tx, in));
	m.version = version;
	m.category = in->category == NIL ? 0 : in->category;
	m.alert = in->alert;
	struct material_version v = version_of(in);
	TRY(enter(tx, &m, &v));
	TRY(put(tx, &m));
	return told(tx, &v, "changed");
}

err material_restore(struct tx *tx, i64 id, i64 number)
{
	struct material m;
	struct material_version v;
	TRY(standing(tx, id, &m));
	err e = material_version_get(&tx->snap, &(struct material_nth){ id, number }, &v);
	if (e == ERR_NOT_FOUND)
		return missing(tx);
	TRY(e);
	v.note = arena_printf(tx->snap.arena, "← v%lld", (long long)number);
	TRY(enter(tx, &m, &v));
	TRY(put(tx, &m));
	return told(tx, &v, "changed");
}

err material_judge(struct tx *tx, i64 id, bool approve, str reason)
{
	struct material m;
	struct material_version v;
	i64 ask, user = user_of(tx);
	TRY(standing(tx, id, &m));
	TRY(material_version_get(&tx->snap, &(struct material_nth){ id, m.newest }, &v));
	TRY(setting_i64(tx->snap.unit, "material.approval", &ask));
	bool over = approve && str_eq_c(v.state, "approved") && m.expires != NIL; /* prolongs what runs out */
	if (!str_eq_c(v.state, "waiting") && !over)
		return tx_fail(tx, ERR_STATE, T_MATERIAL_JUDGED, STR("id"), v.state, STR_NIL);
	if (ask && user && user == v.maker)
		return tx_fail(tx, ERR_FORBIDDEN, T_MATERIAL_OWN, STR("id"), v.title, STR_NIL);
	if (!approve)
		TRY(need(tx, "reason", str_trim(text_of(reason)).n > 0));
	v.state = approve ? STR("approved") : STR("refused");
	v.judge = user;
	v.judged = tx->snap.now;
	v.reason = approve ? STR_NIL : str_trim(reason);
	TRY(material_version_judge(tx, &v));
	if (approve) {
		m.live = v.number;
		TRY(approval_ends(tx, &m.expires));
	}
	TRY(put(tx, &m));
	struct approval_decided d = { STR("material"), id, v.title, STR("/materials"), v.maker, 0, approve, approve ? STR("") : v.reason };
	TRY(approval_tell(tx, &d));
	return told(tx, &v, approve ? "approved" : "refused");
}

/* The address stays, to say so. */
err material_remove(struct tx *tx, i64 id)
{
	struct material m;
	struct material_version v;
	TRY(standing(tx, id, &m));
	TRY(material_version_get(&tx->snap, &(struct material_nth){ id, m.newest }, &v));
	m.removed = true;
	TRY(put(tx, &m));
	return told(tx, &v, "removed");
}
