/*
 * What a customer's browser asks for: the page's content, its files, and what the page's script reports.
 */
#include "feature/material/material_visit_data.h"

#include "base/crypt.h"
#include "base/hash.h"
#include "core/corp/corp.h"
#include "core/guest/visitor.h"
#include "core/perm/perm_session.h"
#include "core/staff/staff.h"

#define VISIT_LABEL "material visit "
#define VISIT_MAC_CHARS 24
#define DOWNLOAD_SECONDS "300"

#define KEY_IN_FIELDS(F, S) F(S, STR, key, .min = 1, .max = 20) F(S, STR, p, .opt = true, .max = 60)
RECORD(material_key_in, KEY_IN_FIELDS);
#define SHOWN_FIELDS(F, S)                                                                         \
	F(S, STR, state, .one_of = "ok,removed,waiting,expired") F(S, STR, corp_name) F(S, STR, corp, .doc = "its slug") \
	F(S, STR, kind, .opt = true) F(S, STR, title, .opt = true) F(S, STR, summary, .opt = true) F(S, STR, body, .opt = true) \
	F(S, STR, url, .opt = true) F(S, ID, file, .opt = true) F(S, STR, file_name, .opt = true) F(S, STR, file_type, .opt = true) \
	F(S, I64, file_bytes, .opt = true) F(S, ID, cover, .opt = true) F(S, STR, advisor, .opt = true) \
	F(S, BOOL, walk, .doc = "first through WeChat's consent page, which tells who it is") F(S, STR, notice)
RECORD(material_shown, SHOWN_FIELDS);
#define FILE_IN_FIELDS(F, S) F(S, STR, key, .min = 1, .max = 20) F(S, ID, id)
RECORD(material_file_in, FILE_IN_FIELDS);
#define OPEN_OUT_FIELDS(F, S) F(S, STR, visit, .doc = "empty: not counted") F(S, I64, beat_s)
RECORD(material_open_out, OPEN_OUT_FIELDS);
#define BEAT_IN_FIELDS(F, S) \
	F(S, STR, visit, .min = 1, .max = 120) F(S, I64, seconds, .min = 0, .max = 10000000) F(S, I64, depth, .min = 0, .max = 100, .doc = "percent")
RECORD(material_beat_in, BEAT_IN_FIELDS);

static bool door_page(struct env *env, const struct door *door, const struct door_visit *visit, struct door_answer *ret)
{
	(void)env;
	return door_link_page(door, visit, "/h5/material", ret);
}
const struct door_kind material_doors[] = { { "material", door_page, NULL }, { 0 } };

static err link_of(struct cx *cx, str key, str p, struct door_link *ret) { return door_link_enter(cx, "material", key, p, ret); }

static err want_walk(struct cx *cx, const struct door_link *l, bool *ret)
{
	i64 how;
	*ret = false;
	TRY(setting_i64(&cx->unit, "material.identify", &how));
	return how <= 0 || (how == 1 && l->customer) ? OK : visitor_walk(cx, ret);
}

/* ---- what is shown ---- */

struct shown { struct material m; struct material_version v; struct material_file f; struct staff staff; };

static err read_shown(const struct snap *s, const struct door_link *l, struct shown *ret)
{
	TRY(material_find(s, l->target, &ret->m));
	if (strcmp(material_state(&ret->m, s->now), "ok") != 0)
		return OK;
	TRY(material_version_get(s, &(struct material_nth){ ret->m.id, ret->m.live }, &ret->v));
	if (ret->v.file)
		TRY(material_file_get(s, &(struct material_id){ ret->v.file }, &ret->f));
	err e = l->staff ? staff_get(s, l->staff, &ret->staff) : ERR_NOT_FOUND;
	return e == ERR_NOT_FOUND ? OK : e;
}

static void fill(const struct shown *in, struct material_shown *out)
{
	out->kind = in->m.kind;
	out->title = in->v.title;
	out->summary = in->v.summary;
	out->body = in->v.body;
	out->url = in->v.url.n ? in->v.url : STR_NIL;
	out->cover = in->v.cover ? in->v.cover : NIL;
	out->advisor = in->staff.name.n ? in->staff.name : STR_NIL;
	if (!in->v.file)
		return;
	out->file = in->v.file;
	out->file_name = in->f.name;
	out->file_type = in->f.type;
	out->file_bytes = in->f.bytes;
}

static err h_page(struct cx *cx)
{
	const struct material_key_in *in = cx->in;
	struct material_shown *out = cx->out;
	struct door_link l;
	struct shown s = { 0 };
	struct corp corp;
	TRY(link_of(cx, in->key, in->p, &l));
	TRY(corp_get(&cx->unit, l.corp, &corp));
	TRY(READ_SNAP(&cx->unit, slot_base(cx->env->store, l.corp), read_shown(snap, &l, &s)));
	out->state = str_c(material_state(&s.m, cx_now(cx)));
	out->corp_name = corp.name;
	out->corp = corp.slug;
	struct text_hole hole = { "value", corp.name };
	out->notice = text_fill(CX_ARENA(cx), T_MATERIAL_NOTICE, cx->viewer.lang, &hole, 1);
	if (!str_eq_c(out->state, "ok"))
		return OK;
	fill(&s, out);
	return want_walk(cx, &l, &out->walk);
}

/* Only what the shown version names. */
static bool named(struct arena *a, const struct material_version *v, i64 file)
{
	return file > 0 && (v->file == file || v->cover == file || str_has(v->body, arena_printf(a, "](file:%lld)", (long long)file)));
}

static err h_file(struct cx *cx)
{
	const struct material_file_in *in = cx->in;
	struct door_link l;
	struct shown s = { 0 };
	struct material_file f;
	str bytes;
	TRY(link_of(cx, in->key, STR_NIL, &l));
	i64 base = slot_base(cx->env->store, l.corp);
	TRY(READ_SNAP(&cx->unit, base, read_shown(snap, &l, &s)));
	if (!named(CX_ARENA(cx), &s.v, in->id))
		return cx_fail(cx, ERR_NOT_FOUND, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_MATERIAL_A_FILE, cx->viewer.lang)));
	TRY(READ_SNAP(&cx->unit, base, material_file_read(snap, in->id, &f, &bytes)));
	material_file_reply(cx, &f, bytes);
	http_set(cx->reply, STR("Cache-Control"), STR("private, max-age=" DOWNLOAD_SECONDS));
	return OK;
}

/* ---- what the script reports ---- */

static str visit_mac(struct cx *cx, str plain)
{
	u8 mac[SHA256_BYTES];
	str text = arena_printf(CX_ARENA(cx), VISIT_LABEL "%.*s", STR_F(plain));
	hash_hmac_sha256(str_of(cx->env->cursor_key.bytes, sizeof(cx->env->cursor_key.bytes)), text, mac);
	return hash_hex(CX_ARENA(cx), mac, VISIT_MAC_CHARS / 2);
}

static err h_open(struct cx *cx)
{
	const struct material_key_in *in = cx->in;
	struct material_open_out *out = cx->out;
	struct material_who who = { 0 };
	i64 visit = 0, place = 0;
	TRY(session_check_origin(cx));
	TRY(link_of(cx, in->key, in->p, &who.link));
	TRY(visitor_guest(cx, &who.known, &who.guest));
	out->beat_s = MATERIAL_BEAT_S;
	out->visit = STR("");
	if (visitor_robot(cx) || visitor_staff(cx, who.known))
		return OK;
	who.browser = visitor_browser(cx);
	TRY(material_visit_open(cx, &who, &visit, &place));
	str plain = arena_printf(CX_ARENA(cx), "%lld.%lld.%lld", (long long)who.link.corp, (long long)visit, (long long)place);
	out->visit = arena_printf(CX_ARENA(cx), "%.*s.%.*s", STR_F(plain), STR_F(visit_mac(cx, plain)));
	return OK;
}

static err h_beat(struct cx *cx)
{
	const struct material_beat_in *in = cx->in;
	str rest = in->visit, plain = STR_NIL;
	i64 corp, visit, place;
	TRY(session_check_origin(cx));
	if (in->visit.n > VISIT_MAC_CHARS + 1)
		plain = str_sub(in->visit, 0, in->visit.n - VISIT_MAC_CHARS - 1);
	bool good = plain.n && str_i64(str_cut(&rest, '.'), &corp) && str_i64(str_cut(&rest, '.'), &visit) &&
		    str_i64(str_cut(&rest, '.'), &place) && crypt_equal(rest, visit_mac(cx, plain));
	if (!good)
		return cx_fail(cx, ERR_SIGNATURE, T_DOOR_GONE, STR("visit"), STR_NIL, STR_NIL);
	cx->unit.corp = corp;
	cx->unit.actor_kind = ACTOR_CUSTOMER;
	cx->unit.source = "h5";
	return material_visit_beat(cx, visit, place, in->seconds, in->depth);
}

const struct route material_page_routes[] = {
	{ "GET", "/h5/api/material", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC, &material_key_in_record, &material_shown_record, h_page,
	  "What a material's page shows." },
	{ "GET", "/h5/api/material/file", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC | ROUTE_RAW, &material_file_in_record, &none_record, h_file,
	  "A file of the material that is shown." },
	{ "POST", "/h5/api/material/open", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC, &material_key_in_record, &material_open_out_record, h_open,
	  "The page's script says that somebody sees it: only that is an opening." },
	{ "POST", "/h5/api/material/read", NULL, ROUTE_SCOPE_NONE, ROUTE_PUBLIC, &material_beat_in_record, &none_record, h_beat,
	  "How long and how deep so far; every some seconds, and when the page is hidden." },
	{ 0 },
};
