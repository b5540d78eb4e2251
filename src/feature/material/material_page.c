/*
 * What a customer's browser asks for: the page's content, its files, and what the page's script reports.
 */
#include "feature/material/material_visit_data.h"

#include "base/crypt.h"
#include "base/hash.h"
#include "core/corp/corp.h"
#include "core/guest/guest.h"
#include "core/perm/perm_session.h"
#include "core/staff/staff.h"

#define COOKIE_BYTES 16
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

/* Seal and key are safe letters, or they are not passed on. */
static bool letters(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= 'a' && s.p[i] <= 'z') && !(s.p[i] >= 'A' && s.p[i] <= 'Z') && !(s.p[i] >= '0' && s.p[i] <= '9') &&
		    s.p[i] != '-' && s.p[i] != '_')
			return false;
	return s.n > 0 && s.n <= 60;
}

static bool door_page(struct env *env, const struct door *door, const struct door_visit *visit, struct door_answer *ret)
{
	(void)env;
	str p = http_query(visit->req, "p");
	ret->location = letters(p) ? arena_printf(visit->req->arena, "/h5/material?key=%.*s&p=%.*s", STR_F(door->key), STR_F(p))
				   : arena_printf(visit->req->arena, "/h5/material?key=%.*s", STR_F(door->key));
	return true;
}
const struct door_kind material_doors[] = { { "material", door_page, NULL }, { 0 } };

/* A seal that is not ours makes it nobody's link: what it shows is the same. */
static err link_of(struct cx *cx, str key, str p, struct material_link *ret)
{
	struct door door;
	err e = door_find(&cx->unit, key, &door);
	if (e == ERR_NOT_FOUND || (e == OK && !str_eq_c(door.kind, "material")))
		return cx_fail(cx, ERR_NOT_FOUND, T_DOOR_GONE, STR("key"), STR_NIL, STR_NIL);
	TRY(e);
	cx->unit.corp = door.corp;
	cx->unit.actor_kind = ACTOR_CUSTOMER;
	cx->unit.source = "h5";
	*ret = (struct material_link){ .corp = door.corp, .material = door.target, .key = door.key };
	if (!material_unseal(cx->env, CX_ARENA(cx), p, ret))
		ret->customer = ret->staff = 0;
	return OK;
}

/* ---- who asks ---- */

static bool says(struct cx *cx, const char *word)
{
	str agent = http_header(cx->req, "user-agent");
	char *low = ARENA_ARRAY(CX_ARENA(cx), char, agent.n + 1);
	for (size_t i = 0; i < agent.n; i++)
		low[i] = agent.p[i] >= 'A' && agent.p[i] <= 'Z' ? (char)(agent.p[i] + 32) : agent.p[i];
	return str_has(str_of(low, agent.n), str_c(word));
}

/* Whoever names itself a program. */
static bool is_robot(struct cx *cx)
{
	static const char *const words[] = { "bot/", "spider", "crawl", "preview", "headless", "curl/", "wget/", "python", "scanner" };
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (says(cx, words[i]))
			return true;
	return http_header(cx->req, "user-agent").n == 0;
}

/* Who has a session of the console in this browser, or reads in WeCom's client without being a guest, is staff. */
static bool is_staff(struct cx *cx, bool known)
{
	return session_token(cx).n > 0 || (!known && says(cx, "wxwork"));
}

/* *ret_known: WeChat said who it is. The unit stays the link's corp. */
static err guest_of(struct cx *cx, const struct material_link *l, bool *ret_known, i64 *ret_root)
{
	struct guest g;
	struct fail before = cx->unit.fail;
	err e = guest_enter(cx, STR_NIL, &g);
	bool ours = e == OK && g.corp.id == l->corp;
	*ret_root = 0;
	*ret_known = ours;
	cx->unit.corp = l->corp;
	cx->unit.actor_kind = ACTOR_CUSTOMER;
	cx->unit.source = "h5";
	if (e != OK && e != ERR_LOGIN)
		return e;
	cx->unit.fail = before;
	return ours ? guest_root(&cx->unit, &g, ret_root) : OK;
}

static err want_walk(struct cx *cx, const struct material_link *l, bool *ret)
{
	struct corp_wecom wecom;
	bool known;
	i64 root, how;
	*ret = false;
	TRY(setting_i64(&cx->unit, "material.identify", &how));
	if (how <= 0 || (how == 1 && l->customer) || !says(cx, "micromessenger") || says(cx, "wxwork"))
		return OK;
	TRY(guest_of(cx, l, &known, &root));
	err e = corp_wecom_get(&cx->unit, l->corp, &wecom);
	*ret = e == OK && !known && wecom.app.agentid.n > 0;
	return e == ERR_STATE ? OK : e; /* nothing set: the page is shown all the same */
}

/* ---- what is shown ---- */

struct shown { struct material m; struct material_version v; struct material_file f; struct staff staff; };

static err read_shown(const struct snap *s, const struct material_link *l, struct shown *ret)
{
	TRY(material_find(s, l->material, &ret->m));
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
	struct material_link l;
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
	struct material_link l;
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

/* The browser's own mark, made when it has none. Its hash is kept. */
static str browser_of(struct cx *cx)
{
	u8 digest[SHA256_BYTES];
	struct arena *a = CX_ARENA(cx);
	str token = http_cookie(cx->req, MATERIAL_COOKIE);
	if (!letters(token)) {
		token = id_random(a, COOKIE_BYTES);
		http_set(cx->reply, STR("Set-Cookie"), arena_printf(a, MATERIAL_COOKIE "=%.*s; Path=/h5; Max-Age=%lld; HttpOnly; SameSite=Lax%s",
			STR_F(token), (long long)(MATERIAL_COOKIE_MS / MS_SECOND), session_secure(cx->env, cx->req) ? "; Secure" : ""));
	}
	hash_sha256(token, digest);
	return hash_hex(a, digest, COOKIE_BYTES);
}

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
	TRY(guest_of(cx, &who.link, &who.known, &who.guest));
	out->beat_s = MATERIAL_BEAT_S;
	out->visit = STR("");
	if (is_robot(cx) || is_staff(cx, who.known))
		return OK;
	who.browser = browser_of(cx);
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
