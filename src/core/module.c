/*
 * The check of the modules' declarations, run at every start and by a unit test.
 *
 * What is wrong here is a mistake of ours, so the first one ends the start with the module, the thing
 * and the reason. Names are unique over all modules because features find each other by name only.
 */
#include "core/module.h"

#include "base/map.h"
#include "core/verb_kind.h"

struct check {
	struct arena *arena;
	struct map seen, perms;
	const struct module *module;
	struct fail *fail;
	size_t perm_count;
};

static err wrong(struct check *c, str what, const char *why)
{
	return fail_set(c->fail, ERR_CONFIG, T_PERM_MODULE, str_c(c->module->name), what, str_c(why));
}

/* Every name of a kind stands once. */
static err once(struct check *c, const char *kind, const char *name)
{
	str key = arena_printf(c->arena, "%s %s", kind, name);
	return map_put(&c->seen, key, c) ? OK : wrong(c, key, "declared twice");
}

static err check_perms(struct check *c)
{
	for (const struct perm *p = c->module->perms; p && p->name; p++) {
		TRY(once(c, "perm", p->name));
		map_put(&c->perms, str_c(p->name), (void *)p);
		if (++c->perm_count > PERMS_MAX)
			return wrong(c, str_c(p->name), "more than 64 permissions");
	}
	return OK;
}

/* "/a/{id}/b" -> "/a/{}/b": two routes that differ in the names of their parameters are one. */
static str shape(struct arena *a, const struct route *r)
{
	struct buf b = buf_new(a, 1024);
	bool inside = false;
	buf_fmt(&b, "%s ", r->method);
	for (const char *p = r->path; *p; p++) {
		if (*p == '}')
			inside = false;
		if (!inside)
			buf_char(&b, *p);
		if (*p == '{')
			inside = true;
	}
	return buf_str(&b);
}

static err check_params(struct check *c, const struct route *r, str name)
{
	str rest = str_c(r->path);
	while (rest.p) {
		str s = str_cut(&rest, '/');
		if (s.n > 2 && s.p[0] == '{' && !record_field(r->in, str_sub(s, 1, s.n - 1)) &&
		    !((r->flags & ROUTE_RAW) && r->in->count == 0))
			return wrong(c, name, "path parameter without a field");
	}
	return OK;
}

static bool is_method(const char *method)
{
	static const char *const methods[] = { "GET", "POST", "PUT", "PATCH", "DELETE" };
	for (size_t i = 0; i < ARRAY_LEN(methods); i++)
		if (!strcmp(method, methods[i]))
			return true;
	return false;
}

static bool is_version(const struct record *r)
{
	const struct field *f = record_field(r, STR("version"));
	return f && f->type == FIELD_I64;
}

static err check_route(struct check *c, const struct route *r)
{
	str name = arena_printf(c->arena, "%s %s", r->method ? r->method : "?", r->path);
	bool get = r->method && !strcmp(r->method, "GET");
	if (!r->method || !is_method(r->method) || r->path[0] != '/')
		return wrong(c, name, "no such method or path");
	if (!r->fn || !r->in || !r->out || !r->doc)
		return wrong(c, name, "no function, record or doc");
	if (!r->perm && !(r->flags & ROUTE_PUBLIC))
		return wrong(c, name, "no permission");
	if (r->perm && (r->flags & ROUTE_PUBLIC))
		return wrong(c, name, "public and with a permission");
	if (r->perm && !map_get(&c->perms, str_c(r->perm)))
		return wrong(c, name, "unknown permission");
	if (r->scope != ROUTE_SCOPE_NONE && r->scope != ROUTE_SCOPE_CUSTOMERS)
		return wrong(c, name, "no scope");
	if ((r->flags & ROUTE_LIST) && (!get || (r->flags & (ROUTE_RAW | ROUTE_ETAG))))
		return wrong(c, name, "a list is a plain GET");
	if ((r->flags & ROUTE_ETAG) && !is_version(get ? r->out : r->in))
		return wrong(c, name, "ETag without a field version");
	if ((r->flags & ROUTE_IDEMPOTENT) && (get || (r->flags & ROUTE_PUBLIC)))
		return wrong(c, name, "Idempotency-Key without a credential");
	if (!map_put(&c->seen, shape(c->arena, r), c))
		return wrong(c, name, "declared twice");
	return check_params(c, r, name);
}

static err check_handlers(struct check *c, const struct handler *h, const char *list)
{
	for (; h && h->fn; h++)
		if (h->event != -1 && !event_info(h->event))
			return wrong(c, str_c(list), "handler of an unknown event");
	return OK;
}

static err check_names(struct check *c)
{
	const struct module *m = c->module;
	for (const struct decoder *d = m->decoders; d && d->source; d++)
		TRY(once(c, "decoder", d->source));
	for (const struct wecom_reader *w = m->wecom; w && w->event; w++)
		TRY(once(c, "WeCom event", w->event));
	for (const struct sender *s = m->senders; s && s->kind; s++)
		TRY(once(c, "sender", s->kind));
	for (const struct timer_kind *t = m->timers; t && t->kind; t++)
		TRY(once(c, "timer", t->kind));
	for (const struct job_kind *j = m->jobs; j && j->kind; j++)
		TRY(once(c, "job", j->kind));
	for (const struct attr *a = m->attrs; a && a->name; a++) {
		TRY(once(c, "attr", a->name));
		if (a->id >= ATTR_ID_OWN || (a->id != 0 && a->column))
			return wrong(c, str_c(a->name), "an attribute has a column or a number below those of operators");
		if (a->id)
			TRY(once(c, "attr number", arena_cstr(c->arena, arena_printf(c->arena, "%d", (int)a->id))));
	}
	for (const struct verb *v = m->verbs; v && v->name; v++) {
		TRY(once(c, "verb", v->name));
		if (!v->args || !v->run || strlen(v->name) > VERB_NAME_MAX)
			return wrong(c, str_c(v->name), "a verb has a short name, arguments and a function");
	}
	for (const struct setting *s = m->settings; s && s->name; s++)
		TRY(once(c, "setting", s->name));
	for (const char *const *t = m->derived; t && *t; t++)
		TRY(once(c, "derived", *t));
	for (const struct query *const *q = m->queries; q && *q; q++)
		TRY(once(c, "query", (*q)->name));
	return OK;
}

size_t module_routes(const struct module *m, const struct route *ret[MODULE_ROUTES_MAX])
{
	size_t n = 0;
	if (m->routes)
		ret[n++] = m->routes;
	for (const struct route *const *more = m->more_routes; more && *more; more++) {
		ASSERT(n < MODULE_ROUTES_MAX);
		ret[n++] = *more;
	}
	return n;
}

void modules_openapi(struct buf *b, const struct module *const *list, str version)
{
	size_t modules_n = 0, n = 0;
	while (list[modules_n])
		modules_n++;
	const struct route **tables = ARENA_ARRAY(b->arena, const struct route *, modules_n * MODULE_ROUTES_MAX + 1);
	for (size_t i = 0; i < modules_n; i++)
		n += module_routes(list[i], tables + n);
	openapi_write(b, tables, version);
}

static err check_module(struct check *c)
{
	const struct module *m = c->module;
	if (!m->doc)
		return wrong(c, STR("doc"), "missing");
	TRY(check_names(c));
	const struct route *tables[MODULE_ROUTES_MAX];
	size_t n = module_routes(m, tables);
	for (size_t i = 0; i < n; i++)
		for (const struct route *r = tables[i]; r->path; r++)
			TRY(check_route(c, r));
	TRY(check_handlers(c, m->derive, "derive"));
	TRY(check_handlers(c, m->act, "act"));
	if (m->derive && m->derive->fn && !m->derived)
		return wrong(c, STR("derive"), "names no derived table");
	return OK;
}

static err check_all(struct check *c, const struct module *const *list)
{
	for (size_t i = 0; list[i]; i++) {
		c->module = list[i];
		TRY(once(c, "module", list[i]->name));
		TRY(check_perms(c));
	}
	for (size_t i = 0; list[i]; i++) {
		c->module = list[i];
		TRY(check_module(c));
	}
	return OK;
}

err modules_check(const struct module *const *list, struct fail *f)
{
	struct arena *a = arena_new(ARENA_MAX_DEFAULT);
	struct check c = { .arena = a, .seen = map_new(a), .perms = map_new(a), .fail = f };
	err e = check_all(&c, list);
	arena_free(a);
	return e;
}
