/*
 * The group book over HTTP: the list, one group with its members, classes and tags.
 */
#include "feature/groupbook/groupbook_data.h"

#include "core/audit/audit.h"
#include "core/customer/customer.h"
#include "core/perm/perm.h"

#define QUERY_MAX 40

#define LIST_FIELDS(F, S)                                                                \
	F(S, STR, cursor, .opt = true) F(S, I64, limit, .opt = true)                     \
	F(S, STR, sort, .opt = true, .one_of = "newest,largest,worst", .doc = "newest when absent; worst: by health, lowest first") \
	F(S, ID, owner, .opt = true) F(S, ID, store, .opt = true) F(S, ID, class, .opt = true) \
	F(S, STR, word, .opt = true, .max = GROUPBOOK_NAME_MAX, .doc = "a tag")          \
	F(S, STR, state, .opt = true, .one_of = "living,dissolved,ownerless,all") F(S, I64, least, .opt = true) F(S, I64, most, .opt = true) \
	F(S, STR, q, .opt = true, .max = QUERY_MAX, .doc = "a part of the name")
RECORD(groupbook_list_in, LIST_FIELDS);
#define VIEW_FIELDS(F, S)                                                                \
	F(S, ID, id) F(S, STR, chat_id) F(S, STR, name) F(S, ID, owner, .opt = true) F(S, STR, owner_name, .opt = true) \
	F(S, ID, store, .opt = true) F(S, STR, notice) F(S, STR, state, .one_of = "living,ownerless,dissolved") \
	F(S, I64, members) F(S, I64, externals) F(S, I64, customers) F(S, MS, created_ms, .opt = true) F(S, MS, fetched_ms) \
	F(S, MS, dissolved_ms, .opt = true) F(S, ID, class, .opt = true) F(S, I64, health, .opt = true, .doc = "0-100; null: none") \
	F(S, I64, joined, .opt = true, .doc = "of the last 30 days") F(S, I64, gone, .opt = true) F(S, STRS, words, .doc = "its tags")
RECORD(groupbook_view, VIEW_FIELDS);
#define MEMBERS_IN_FIELDS(F, S) \
	F(S, ID, id) F(S, STR, after, .opt = true, .max = 64) F(S, BOOL, gone, .opt = true, .doc = "who went too") \
	F(S, I64, limit, .opt = true, .min = 1, .max = PAGE_LIMIT_MAX)
RECORD(groupbook_members_in, MEMBERS_IN_FIELDS);
#define MEMBER_FIELDS(F, S)                                                              \
	F(S, STR, member) F(S, STR, kind, .one_of = "staff,customer,stranger") F(S, ID, customer_id, .opt = true) \
	F(S, STR, name, .opt = true, .pii = true) F(S, MS, joined_ms) F(S, STR, way, .one_of = "invited,link,code,unknown") \
	F(S, STR, invitor, .opt = true) F(S, I64, times) F(S, MS, gone_ms, .opt = true)
RECORD(groupbook_member, MEMBER_FIELDS);
#define MEMBERS_FIELDS(F, S) F(S, LIST, members, .of = &groupbook_member_record) F(S, STR, next, .opt = true)
RECORD(groupbook_members, MEMBERS_FIELDS);
#define LABEL_FIELDS(F, S)                                                               \
	F(S, IDS, ids, .min = 1, .max = GROUPBOOK_LABEL_MAX) F(S, ID, class, .opt = true, .doc = "0: none any more; absent: as it is") \
	F(S, STRS, add, .opt = true, .max = GROUPBOOK_WORDS_MAX) F(S, STRS, remove, .opt = true, .max = GROUPBOOK_WORDS_MAX)
RECORD(groupbook_label, LABEL_FIELDS);
#define LABELLED_FIELDS(F, S) F(S, I64, groups)
RECORD(groupbook_labelled, LABELLED_FIELDS);
#define CLASSES_FIELDS(F, S) F(S, LIST, classes, .of = &group_class_record) F(S, LIST, words, .of = &group_words_record)
RECORD(groupbook_classes, CLASSES_FIELDS);
#define CLASS_NEW_FIELDS(F, S) F(S, STR, name, .min = 1, .max = GROUPBOOK_NAME_MAX)
RECORD(groupbook_class_new, CLASS_NEW_FIELDS);

static i64 base(const struct cx *cx) { return slot_base(cx->unit.store, cx->unit.corp); }
static i64 or_0(i64 n) { return n == NIL ? 0 : n; }

static err not_found(struct cx *cx, err e)
{
	return e == ERR_NOT_FOUND ? cx_fail(cx, e, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_GROUPBOOK_GROUP, cx->viewer.lang))) : e;
}

static err view_of(const struct snap *s, const struct groupbook_row *r, struct groupbook_view *v)
{
	struct group_word *words;
	size_t n;
	TRY(group_words_of(s, &(struct groupbook_id){ r->id }, &words, &n));
	*v = (struct groupbook_view){
		r->id, r->chat_id, r->name, r->owner, r->owner_name, r->store, r->notice,
		str_c(r->dissolved != NIL ? "dissolved" : r->status == 1 ? "ownerless" : "living"), r->members, r->externals, r->customers,
		r->created, r->fetched, r->dissolved, r->class, r->health == NIL || r->health < 0 ? NIL : r->health, r->joined, r->gone,
		{ ARENA_ARRAY(s->arena, str, n), n },
	};
	for (size_t i = 0; i < n; i++)
		v->words.v[i] = words[i].word;
	return OK;
}

/* "50%" is looked for as it stands. */
static str pattern(struct arena *a, str q)
{
	struct buf b = buf_new(a, 4 * QUERY_MAX * 2 + 2);
	if (!q.n)
		return STR("");
	buf_char(&b, '%');
	for (size_t i = 0; i < q.n; i++) {
		if (q.p[i] == '%' || q.p[i] == '_' || q.p[i] == '!')
			buf_char(&b, '!');
		buf_char(&b, q.p[i]);
	}
	buf_char(&b, '%');
	return buf_str(&b);
}

static i64 state_of(str s)
{
	return str_eq_c(s, "dissolved") ? 1 : str_eq_c(s, "ownerless") ? 2 : str_eq_c(s, "all") ? 3 : 0;
}

enum sort { SORT_NEWEST, SORT_LARGEST, SORT_WORST };

static err read_list(struct cx *cx, const struct snap *s, const struct groupbook_find *f, enum sort sort, u64 filter)
{
	struct page *page = cx->out;
	struct groupbook_row *rows;
	size_t n;
	TRY(sort == SORT_NEWEST ? groupbook_newest(s, f, &rows, &n) :
	    sort == SORT_LARGEST ? groupbook_largest(s, f, &rows, &n) : groupbook_worst(s, f, &rows, &n));
	size_t shown = n >= (size_t)f->limit ? (size_t)f->limit - 1 : n;
	struct groupbook_view *v = ARENA_ARRAY(s->arena, struct groupbook_view, shown);
	for (size_t i = 0; i < shown; i++)
		TRY(view_of(s, &rows[i], &v[i]));
	page->data = (struct list){ v, shown };
	page->total = NIL;
	if (n > shown) {
		const struct groupbook_row *last = &rows[shown - 1];
		i64 keys[2] = { sort == SORT_LARGEST ? last->members : sort == SORT_WORST ? or_0(last->health) : 0, last->id };
		page->next_cursor = page_next(cx, keys, 2, filter);
	}
	return OK;
}

static err h_list(struct cx *cx)
{
	const struct groupbook_list_in *in = cx->in;
	enum sort sort = str_eq_c(in->sort, "largest") ? SORT_LARGEST : str_eq_c(in->sort, "worst") ? SORT_WORST : SORT_NEWEST;
	i64 keys[2] = { sort == SORT_WORST ? -2 : INT64_MAX, sort == SORT_WORST ? 0 : INT64_MAX };
	u64 filter = (u64)sort;
	TRY(page_from(cx, in->cursor, keys, 2, filter));
	struct groupbook_find f = { keys[0], keys[1], or_0(in->owner), or_0(in->store), or_0(in->class), in->word.n ? in->word : STR(""),
				    state_of(in->state), or_0(in->least), in->most == NIL ? INT64_MAX : in->most,
				    pattern(CX_ARENA(cx), in->q), in->limit + 1 };
	return READ_SNAP(&cx->unit, base(cx), read_list(cx, snap, &f, sort, filter));
}

static err read_one(struct cx *cx, const struct snap *s, i64 id)
{
	struct groupbook_row r;
	TRY(groupbook_get(s, &(struct groupbook_id){ id }, &r));
	return view_of(s, &r, cx->out);
}

static err h_get(struct cx *cx)
{
	i64 id = ((const struct groupbook_id *)cx->in)->id;
	return not_found(cx, READ_SNAP(&cx->unit, base(cx), read_one(cx, snap, id)));
}

/* ---- members ---- */

static err read_members(const struct snap *s, const struct groupbook_members_in *in, i64 limit, struct group_member **ret, size_t *ret_n)
{
	struct groupbook_row r;
	TRY(groupbook_get(s, &(struct groupbook_id){ in->id }, &r));
	return group_members(s, in->id, in->after, in->gone, limit + 1, ret, ret_n);
}

/* A customer whom the viewer may not see is a member like any other. */
static err show_customer(struct cx *cx, const struct group_member *m, struct groupbook_member *v)
{
	struct customer c;
	i64 root;
	struct fail before = cx->unit.fail;
	err e = customer_visible(&cx->unit, m->customer, &root);
	if (e == ERR_NOT_FOUND) {
		cx->unit.fail = before;
		return OK;
	}
	TRY(e);
	TRY(READ_SNAP(&cx->unit, slot_of_customer(cx->unit.store, root), customer_get(snap, root, &c)));
	v->customer_id = root;
	v->name = c.name;
	return OK;
}

static err h_members(struct cx *cx)
{
	const struct groupbook_members_in *in = cx->in;
	struct groupbook_members *out = cx->out;
	struct group_member *rows;
	size_t n;
	i64 limit = in->limit == NIL ? PAGE_LIMIT_DEFAULT : in->limit;
	TRY(not_found(cx, READ_SNAP(&cx->unit, base(cx), read_members(snap, in, limit, &rows, &n))));
	size_t shown = n > (size_t)limit ? (size_t)limit : n;
	struct groupbook_member *v = ARENA_ARRAY(CX_ARENA(cx), struct groupbook_member, shown);
	for (size_t i = 0; i < shown; i++) {
		const struct group_member *m = &rows[i];
		const char *kind = m->kind == WECOM_GROUP_STAFF ? "staff" : m->customer == NIL ? "stranger" : "customer";
		static const char *const ways[] = { "unknown", "invited", "link", "code" };
		v[i] = (struct groupbook_member){ m->member, str_c(kind), NIL, m->name, m->joined,
						  str_c(ways[m->scene >= 1 && m->scene <= 3 ? m->scene : 0]), m->invitor, m->times, m->gone };
		if (m->customer != NIL)
			TRY(show_customer(cx, m, &v[i]));
	}
	out->members = (struct list){ v, shown };
	out->next = n > shown ? rows[shown - 1].member : STR_NIL;
	return OK;
}

/* ---- classes and tags ---- */

static err put_words(struct tx *tx, i64 chat, const struct groupbook_label *in)
{
	struct group_word *now;
	size_t n;
	for (size_t i = 0; i < in->remove.n; i++)
		TRY(group_word_drop(tx, &(struct group_word){ chat, in->remove.v[i] }));
	for (size_t i = 0; i < in->add.n; i++)
		TRY(group_word_put(tx, &(struct group_word){ chat, str_trim(in->add.v[i]) }));
	TRY(group_words_of(&tx->snap, &(struct groupbook_id){ chat }, &now, &n));
	return n <= GROUPBOOK_WORDS_MAX ? OK :
	       tx_fail(tx, ERR_INPUT, T_TOO_BIG, STR("add"), arena_printf(tx->snap.arena, "%zu", n), STR(FAIL_STR(GROUPBOOK_WORDS_MAX)));
}

static err label(struct tx *tx, const struct groupbook_label *in, struct groupbook_labelled *out)
{
	struct group_class class;
	if (in->class != NIL && in->class) {
		err e = group_class_get(&tx->snap, &(struct groupbook_id){ in->class }, &class);
		if (e == ERR_NOT_FOUND)
			return tx_fail(tx, e, T_OK, STR("class"), STR_NIL, str_c(text_raw(T_GROUPBOOK_CLASS, LANG_ZH)));
		TRY(e);
	}
	out->groups = 0;
	for (size_t i = 0; i < in->ids.n; i++) {
		struct groupbook_row r;
		err e = groupbook_get(&tx->snap, &(struct groupbook_id){ in->ids.v[i] }, &r);
		if (e == ERR_NOT_FOUND)
			return tx_fail(tx, e, T_OK, STR("ids"), STR_NIL, str_c(text_raw(T_GROUPBOOK_GROUP, LANG_ZH)));
		TRY(e);
		struct group_card card = { r.id, in->class ? in->class : NIL, -1, 0, 0, 0 };
		if (in->class != NIL)
			TRY(group_card_class_put(tx, &card));
		TRY(put_words(tx, r.id, in));
		out->groups++;
	}
	return audit_add(tx, "group.label", STR("group:many"), arena_printf(tx->snap.arena, "%zu", in->ids.n));
}

static err h_label(struct cx *cx)
{
	const struct groupbook_label *in = cx->in;
	for (size_t i = 0; i < in->add.n; i++) {
		str word = str_trim(in->add.v[i]);
		if (!word.n || str_utf8_len(word) > GROUPBOOK_NAME_MAX)
			return cx_fail(cx, ERR_INPUT, T_OK, STR("add"), word, STR("1-" FAIL_STR(GROUPBOOK_NAME_MAX)));
	}
	return WRITE_TX(&cx->unit, base(cx), label(tx, in, cx->out));
}

static err read_classes(const struct snap *s, struct groupbook_classes *out)
{
	struct none none = { 0 };
	TRY(group_classes(s, &none, (struct group_class **)&out->classes.v, &out->classes.n));
	return group_words_all(s, &none, (struct group_words **)&out->words.v, &out->words.n);
}

static err h_classes(struct cx *cx) { return READ_SNAP(&cx->unit, base(cx), read_classes(snap, cx->out)); }

static err class_add(struct tx *tx, str name, struct group_class *ret)
{
	struct group_class *all;
	size_t n;
	TRY(group_classes(&tx->snap, &(struct none){ 0 }, &all, &n));
	if (n >= GROUPBOOK_CLASSES_MAX)
		return tx_fail(tx, ERR_STATE, T_TOO_BIG, STR("name"), arena_printf(tx->snap.arena, "%zu", n), STR(FAIL_STR(GROUPBOOK_CLASSES_MAX)));
	*ret = (struct group_class){ id_next(store_ids(tx->snap.unit->store), tx->snap.now), name };
	TRY(group_class_add(tx, ret));
	if (!tx_changed(tx))
		return tx_fail(tx, ERR_EXISTS, T_OK, STR("name"), name, STR_NIL);
	return audit_add(tx, "group.class", arena_printf(tx->snap.arena, "class:%lld", (long long)ret->id), STR(""));
}

static err h_class_add(struct cx *cx)
{
	str name = str_trim(((const struct groupbook_class_new *)cx->in)->name);
	if (!name.n)
		return cx_fail(cx, ERR_INPUT, T_OK, STR("name"), name, STR("1-" FAIL_STR(GROUPBOOK_NAME_MAX)));
	return WRITE_TX(&cx->unit, base(cx), class_add(tx, name, cx->out));
}

/* Its groups stay, without a class. */
static err class_drop(struct tx *tx, i64 id)
{
	TRY(group_card_class_drop(tx, &(struct groupbook_id){ id }));
	TRY(group_class_drop(tx, &(struct groupbook_id){ id }));
	if (!tx_changed(tx))
		return tx_fail(tx, ERR_NOT_FOUND, T_OK, STR("id"), STR_NIL, str_c(text_raw(T_GROUPBOOK_CLASS, LANG_ZH)));
	return audit_add(tx, "group.class.remove", arena_printf(tx->snap.arena, "class:%lld", (long long)id), STR(""));
}

static err h_class_drop(struct cx *cx)
{
	return WRITE_TX(&cx->unit, base(cx), class_drop(tx, ((const struct groupbook_id *)cx->in)->id));
}

#define ID &groupbook_id_record
const struct route groupbook_routes[] = {
	{ "GET", "/api/v1/groups", "group.read", ROUTE_SCOPE_CUSTOMERS, ROUTE_LIST, &groupbook_list_in_record, &groupbook_view_record,
	  h_list, "Customer groups, by a filter; a viewer sees those whose owner her scope holds." },
	{ "GET", "/api/v1/groups/{id}", "group.read", ROUTE_SCOPE_CUSTOMERS, 0, ID, &groupbook_view_record, h_get, "One group." },
	{ "GET", "/api/v1/groups/{id}/members", "group.read", ROUTE_SCOPE_CUSTOMERS, 0, &groupbook_members_in_record, &groupbook_members_record,
	  h_members, "Who is in it, by WeCom's id; behind `after`." },
	{ "POST", "/api/v1/group-labels", "group.write", ROUTE_SCOPE_CUSTOMERS, 0, &groupbook_label_record, &groupbook_labelled_record,
	  h_label, "Puts groups into a class, and tags on and off them; all of them or none." },
	{ "GET", "/api/v1/group-classes", "group.read", ROUTE_SCOPE_NONE, 0, &none_record, &groupbook_classes_record, h_classes,
	  "Classes and tags of groups." },
	{ "POST", "/api/v1/group-classes", "group.write", ROUTE_SCOPE_NONE, ROUTE_CREATED | ROUTE_IDEMPOTENT, &groupbook_class_new_record,
	  &group_class_record, h_class_add, "Makes a class." },
	{ "DELETE", "/api/v1/group-classes/{id}", "group.write", ROUTE_SCOPE_NONE, 0, ID, &none_record, h_class_drop,
	  "Removes a class; its groups stay." },
	{ 0 },
};
