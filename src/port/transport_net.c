/*
 * Transport over the network: libcurl easy handles, one taken per call and put back afterwards.
 *
 * Each handle keeps its own connections, and the one used last is used first, so a quiet process keeps
 * one connection per host and a busy one as many as it has threads. Redirects are not followed, TLS is
 * verified, proxies of the environment are ignored, answers are bounded.
 *
 * What an error means matters more than what it was: ERR_UPSTREAM says the request never left us,
 * ERR_TIMEOUT and ERR_UNKNOWN say it may have been carried out.
 */
#include "port/transport.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>

#define HANDLES_MAX 32
#define TIMEOUT_MS_DEFAULT 5000

struct net {
	struct transport base;
	pthread_mutex_t lock;
	CURL *idle[HANDLES_MAX];
	size_t idle_count;
};

struct answer {
	struct buf body;
	bool over, refused; /* refused: the address is one of ours */
};

/* ---- addresses ---- */

/* RFC 6890 and what else never is somebody's public web server. */
static bool private4(u32 ip)
{
	static const struct { u32 net; int bits; } nets[] = {
		{ 0x00000000, 8 }, { 0x0a000000, 8 }, { 0x64400000, 10 }, { 0x7f000000, 8 }, { 0xa9fe0000, 16 }, { 0xac100000, 12 },
		{ 0xc0000000, 24 }, { 0xc0000200, 24 }, { 0xc0a80000, 16 }, { 0xc6120000, 15 }, { 0xc6336400, 24 }, { 0xcb007100, 24 },
		{ 0xe0000000, 4 }, { 0xf0000000, 4 },
	};
	for (size_t i = 0; i < ARRAY_LEN(nets); i++)
		if ((ip ^ nets[i].net) >> (32 - nets[i].bits) == 0)
			return true;
	return false;
}

static u32 big32(const u8 *p) { return (u32)p[0] << 24 | (u32)p[1] << 16 | (u32)p[2] << 8 | p[3]; }

static bool private6(const u8 a[16])
{
	static const u8 mapped[12] = { [10] = 0xff, [11] = 0xff }, nat64[12] = { 0x00, 0x64, 0xff, 0x9b };
	if (!memcmp(a, mapped, 12) || !memcmp(a, nat64, 12))
		return private4(big32(a + 12));
	if (a[0] == 0x20 && a[1] == 0x02) /* 6to4 carries an IPv4 address */
		return private4(big32(a + 2));
	return (a[0] & 0xe0) != 0x20 || (a[0] == 0x20 && a[1] == 0x01 && (a[2] == 0x0d && a[3] == 0xb8)); /* global unicast is 2000::/3 */
}

static bool private_address(const struct sockaddr *at)
{
	if (at->sa_family == AF_INET)
		return private4(ntohl(((const struct sockaddr_in *)(const void *)at)->sin_addr.s_addr));
	if (at->sa_family == AF_INET6)
		return private6(((const struct sockaddr_in6 *)(const void *)at)->sin6_addr.s6_addr);
	return true;
}

bool transport_private(str host)
{
	struct in_addr four;
	struct in6_addr six;
	char text[64];
	str bare = str_starts(host, STR("[")) && str_ends(host, STR("]")) ? str_sub(host, 1, host.n - 1) : host;
	if (str_eq_nocase(bare, STR("localhost")) || str_ends(bare, STR(".localhost")))
		return true;
	if (bare.n == 0 || bare.n >= sizeof(text))
		return false;
	memcpy(text, bare.p, bare.n);
	text[bare.n] = 0;
	if (inet_aton(text, &four)) /* also "127.1" and "0x7f000001" */
		return private4(ntohl(four.s_addr));
	return inet_pton(AF_INET6, text, &six) == 1 && private6(six.s6_addr);
}

/* Asked with the address the connection really goes to, so a name that changes its mind gains nothing. */
static curl_socket_t on_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *at)
{
	struct answer *to = arg;
	if (private_address(&at->addr)) {
		to->refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(at->family, at->socktype | SOCK_CLOEXEC, at->protocol);
}

static CURL *take(struct net *n)
{
	CURL *h = NULL;
	pthread_mutex_lock(&n->lock);
	if (n->idle_count)
		h = n->idle[--n->idle_count];
	pthread_mutex_unlock(&n->lock);
	return h ? h : curl_easy_init();
}

static void give_back(struct net *n, CURL *h)
{
	curl_easy_reset(h); /* keeps connections and caches */
	pthread_mutex_lock(&n->lock);
	if (n->idle_count < HANDLES_MAX) {
		n->idle[n->idle_count++] = h;
		h = NULL;
	}
	pthread_mutex_unlock(&n->lock);
	if (h)
		curl_easy_cleanup(h);
}

static size_t on_body(char *bytes, size_t size, size_t count, void *arg)
{
	struct answer *to = arg;
	buf_add(&to->body, str_of(bytes, size * count));
	return to->body.over ? 0 : size * count;
}

static struct curl_slist *headers_of(struct arena *a, const struct transport_call *call)
{
	struct curl_slist *list = curl_slist_append(NULL, "Expect:");
	if (call->content_type.n)
		list = curl_slist_append(list, arena_cstr(a, arena_printf(a, "Content-Type: %.*s", STR_F(call->content_type))));
	for (size_t i = 0; i < call->header_count; i++)
		list = curl_slist_append(list, arena_cstr(a, arena_printf(a, "%.*s: %.*s",
			STR_F(call->headers[i].name), STR_F(call->headers[i].value))));
	return list;
}

static void set_options(CURL *h, struct arena *a, const struct transport_call *call, struct curl_slist *headers,
			struct answer *to)
{
	long timeout = call->timeout_ms ? call->timeout_ms : TIMEOUT_MS_DEFAULT;
	curl_easy_setopt(h, CURLOPT_URL, arena_cstr(a, call->url));
	curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(h, CURLOPT_PROXY, "");
	curl_easy_setopt(h, CURLOPT_UNIX_SOCKET_PATH, call->unix_path.n ? arena_cstr(a, call->unix_path) : NULL);
	curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, timeout);
	curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT_MS, timeout);
	curl_easy_setopt(h, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(h, CURLOPT_FRESH_CONNECT, call->once || call->public_only ? 1L : 0L);
	if (call->public_only) {
		curl_easy_setopt(h, CURLOPT_OPENSOCKETFUNCTION, on_socket);
		curl_easy_setopt(h, CURLOPT_OPENSOCKETDATA, to);
	}
	curl_easy_setopt(h, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(h, CURLOPT_WRITEDATA, to);
	if (!strcmp(call->method, "HEAD"))
		curl_easy_setopt(h, CURLOPT_NOBODY, 1L);
	else if (call->body.n || strcmp(call->method, "GET") != 0) {
		curl_easy_setopt(h, CURLOPT_POSTFIELDS, call->body.n ? call->body.p : "");
		curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body.n);
	}
	curl_easy_setopt(h, CURLOPT_CUSTOMREQUEST, !strcmp(call->method, "HEAD") ? NULL : call->method);
}

/* Whether the request can have reached the other side. A time-out before the transfer began fell into
 * the name look-up, the connection or its TLS. */
static bool may_have_left(CURL *h, CURLcode rc)
{
	curl_off_t begun = 0;
	switch (rc) {
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_CONNECT:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL:
		return false;
	case CURLE_OPERATION_TIMEDOUT:
		curl_easy_getinfo(h, CURLINFO_PRETRANSFER_TIME_T, &begun);
		return begun > 0;
	default:
		return true;
	}
}

/* The host only: paths and queries carry secrets. */
static str host_of(str url)
{
	i64 at = str_find(url, STR("://"));
	str rest = at < 0 ? url : str_sub(url, (size_t)at + 3, url.n);
	str host = str_cut(&rest, '/');
	return str_cut(&host, '?');
}

static err outcome(CURL *h, CURLcode rc, const struct transport_call *call, const struct answer *to, struct fail *f)
{
	if (rc == CURLE_OK)
		return OK;
	str what = str_c(curl_easy_strerror(rc));
	if (to->refused)
		return fail_set(f, ERR_FORBIDDEN, T_OK, STR("connect"), host_of(call->url), STR("private address"));
	if (to->body.over)
		return fail_set(f, ERR_UNKNOWN, T_OK, STR("answer"), host_of(call->url), STR("too large"));
	if (!may_have_left(h, rc))
		return fail_set(f, ERR_UPSTREAM, T_OK, STR("connect"), host_of(call->url), what);
	if (rc == CURLE_OPERATION_TIMEDOUT)
		return fail_set(f, ERR_TIMEOUT, T_OK, STR("call"), host_of(call->url), what);
	return fail_set(f, ERR_UNKNOWN, T_OK, STR("call"), host_of(call->url), what);
}

static err net_call(struct transport *t, struct arena *a, const struct transport_call *call,
		    struct transport_answer *ret, struct fail *f)
{
	struct net *n = (struct net *)t;
	CURL *h = take(n);
	if (!h)
		return fail_set(f, ERR_UPSTREAM, T_OK, STR("connect"), host_of(call->url), STR("no handle"));
	struct answer to = { .body = buf_new(a, TRANSPORT_BODY_MAX) };
	struct curl_slist *headers = headers_of(a, call);
	set_options(h, a, call, headers, &to);
	CURLcode rc = curl_easy_perform(h);
	err e = outcome(h, rc, call, &to, f);
	if (e == OK) {
		long status = 0;
		const char *type = NULL;
		curl_off_t wait = 0;
		curl_easy_getinfo(h, CURLINFO_RETRY_AFTER, &wait);
		curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &status);
		curl_easy_getinfo(h, CURLINFO_CONTENT_TYPE, &type);
		*ret = (struct transport_answer){ (int)status, arena_dup(a, str_c(type)), buf_str(&to.body), wait };
	}
	curl_slist_free_all(headers);
	give_back(n, h);
	return e;
}

static void net_free(void *arg)
{
	struct net *n = arg;
	for (size_t i = 0; i < n->idle_count; i++)
		curl_easy_cleanup(n->idle[i]);
	pthread_mutex_destroy(&n->lock);
}

err transport_net(struct arena *a, struct transport **ret, struct fail *f)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return fail_set(f, ERR_CONFIG, T_OK, STR("transport"), STR("libcurl"), STR("init"));
	struct net *n = ARENA_NEW(a, struct net);
	n->base.call = net_call;
	pthread_mutex_init(&n->lock, NULL);
	arena_defer(a, net_free, n);
	*ret = &n->base;
	return OK;
}
