/*
 * Serving the embedded files. The Content-Security-Policy allows nothing but our own origin; styles
 * are the one exception, because the component library sets style attributes.
 */
#include "port/http/http_assets.h"

#include "base/hash.h"

#define ASSET_CSP "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; " \
	"img-src 'self' data: blob: https:; font-src 'self' data:; connect-src 'self'; manifest-src 'self'; " \
	"base-uri 'none'; form-action 'self'; frame-ancestors "

static const struct { const char *extension, *type; } types[] = {
	{ ".html", "text/html; charset=utf-8" }, { ".js", "text/javascript; charset=utf-8" },
	{ ".css", "text/css; charset=utf-8" }, { ".json", "application/json" }, { ".svg", "image/svg+xml" },
	{ ".png", "image/png" }, { ".jpg", "image/jpeg" }, { ".webp", "image/webp" }, { ".ico", "image/x-icon" },
	{ ".woff2", "font/woff2" }, { ".txt", "text/plain; charset=utf-8" },
	{ ".webmanifest", "application/manifest+json" },
};

static str type_of(str path)
{
	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (str_ends(path, str_c(types[i].extension)))
			return str_c(types[i].type);
	return STR("application/octet-stream");
}

static const struct asset_file *find(const struct asset_file *files, str path)
{
	for (; files->path; files++)
		if (str_eq_c(path, files->path))
			return files;
	return NULL;
}

static bool has_extension(str path)
{
	for (size_t i = path.n; i > 0 && path.p[i - 1] != '/'; i--)
		if (path.p[i - 1] == '.')
			return true;
	return false;
}

static const struct asset_file *find_page(const struct asset_file *files, str path)
{
	const struct asset_file *file = NULL;
	if (has_extension(path))
		return NULL;
	if (str_starts(path, STR("/h5/")) || str_eq(path, STR("/h5")))
		file = find(files, STR("/h5.html"));
	return file ? file : find(files, STR("/index.html"));
}

/* "gzip" among the accepted encodings and not switched off by q=0. */
static bool accepts_gzip(const struct http_req *req)
{
	str rest = http_header(req, "accept-encoding");
	while (rest.p) {
		str quality = str_cut(&rest, ',');
		str name = str_trim(str_cut(&quality, ';'));
		if (str_eq_nocase(name, STR("gzip")) || str_eq(name, STR("*")))
			return !str_eq(str_trim(quality), STR("q=0")) && !str_eq(str_trim(quality), STR("q=0.0"));
	}
	return false;
}

/* Of the pages for customers one asks where they are, and one stands in the pages of shops: it shows who serves
 * and has nothing that could be clicked against their will. */
static void set_page_headers(struct http_reply *reply, str asked)
{
	bool framed = str_eq(asked, STR("/h5/pay")), located = str_eq(asked, STR("/h5/area")) || str_eq(asked, STR("/h5/lucky-group"));
	http_set(reply, STR("Content-Security-Policy"), framed ? STR(ASSET_CSP "*") : STR(ASSET_CSP "'none'"));
	if (!framed)
		http_set(reply, STR("X-Frame-Options"), STR("DENY"));
	http_set(reply, STR("Permissions-Policy"), located ? STR("camera=(), microphone=(), geolocation=(self)")
							   : STR("camera=(), microphone=(), geolocation=()"));
}

static void set_headers(struct http_reply *reply, str asked, str path, str type)
{
	bool hashed = str_starts(path, STR("/assets/"));
	http_set(reply, STR("Cache-Control"), hashed ? STR("public, max-age=31536000, immutable") : STR("no-cache"));
	http_set(reply, STR("X-Content-Type-Options"), STR("nosniff"));
	if (!str_starts(type, STR("text/html")))
		return;
	http_set(reply, STR("Referrer-Policy"), STR("no-referrer"));
	http_set(reply, STR("Cross-Origin-Opener-Policy"), STR("same-origin"));
	set_page_headers(reply, asked);
}

static str etag_of(struct arena *a, str bytes)
{
	return arena_printf(a, "\"%016llx\"", (unsigned long long)hash64(bytes));
}

bool assets_serve(const struct asset_file *files, struct http_req *req, struct http_reply *reply)
{
	const struct asset_file *file = find(files, str_eq(req->path, STR("/")) ? STR("/index.html") : req->path);
	if (!file)
		file = find_page(files, req->path);
	if (!file)
		return false;
	str path = str_c(file->path), type = type_of(path);
	str packed = str_of(file->gzip, file->size), body = packed;
	set_headers(reply, req->path, path, type);
	str etag = etag_of(req->arena, packed);
	http_set(reply, STR("ETag"), etag);
	http_set(reply, STR("Vary"), STR("Accept-Encoding"));
	if (str_eq(http_header(req, "if-none-match"), etag)) {
		http_send(reply, 304, STR_NIL, STR(""));
		return true;
	}
	if (accepts_gzip(req))
		http_set(reply, STR("Content-Encoding"), STR("gzip"));
	else if (http_gunzip(req->arena, packed, &body, NULL) != OK)
		return false;
	http_send(reply, 200, type, body);
	return true;
}
