/*
 * The mail server of tests.
 */
#include "port/send/test_mail_server.h"

void smtp_say(int fd, const char *line)
{
	ssize_t n = send(fd, line, strlen(line), MSG_NOSIGNAL);
	(void)n;
}

bool smtp_line(FILE *in, char *line, size_t max)
{
	if (!fgets(line, (int)max, in))
		return false;
	line[strcspn(line, "\r\n")] = 0;
	return true;
}

char *smtp_data(FILE *in)
{
	size_t n = 0, cap = (size_t)1 << 20;
	char *text = calloc(1, cap), line[2048];
	while (fgets(line, sizeof(line), in)) {
		if (!strcmp(line, ".\r\n"))
			return text;
		const char *from = line[0] == '.' ? line + 1 : line;
		size_t len = strlen(from);
		if (n + len + 1 < cap)
			memcpy(text + n, from, len), n += len;
	}
	free(text);
	return NULL;
}

bool smtp_command(struct mail_server *s, int fd, FILE *in, const char *line)
{
	int mood = s->mood, at = s->count % MAIL_KEPT;
	if (!strncasecmp(line, "EHLO", 4))
		smtp_say(fd, mood == MOOD_AUTH ? "250-test\r\n250 AUTH PLAIN\r\n" : "250 test\r\n");
	else if (!strcasecmp(line, "AUTH PLAIN")) {
		char word[256];
		smtp_say(fd, "334 \r\n");
		bool known = smtp_line(in, word, sizeof(word)) && !strcmp(word, "AHVzZXIAc2VjcmV0"); /* \0user\0secret */
		smtp_say(fd, known ? "235 welcome\r\n" : "535 wrong password\r\n");
	}
	else if (!strncasecmp(line, "MAIL FROM:", 10)) {
		snprintf(s->from[at], sizeof(s->from[at]), "%s", line + 10);
		smtp_say(fd, "250 ok\r\n");
	} else if (!strncasecmp(line, "RCPT TO:", 8)) {
		snprintf(s->to[at], sizeof(s->to[at]), "%s", line + 8);
		smtp_say(fd, mood == MOOD_NOBODY ? "550 5.1.1 no such user\r\n" : mood == MOOD_LATER ? "451 4.7.1 greylisted\r\n" : "250 ok\r\n");
	} else if (!strcasecmp(line, "DATA")) {
		smtp_say(fd, "354 go on\r\n");
		char *text = smtp_data(in);
		if (text && mood != MOOD_SPAM)
			free(s->mails[at]), s->mails[at] = text, s->count++;
		else
			free(text);
		if (mood == MOOD_DROP)
			return false; /* taken, and the word about it is lost */
		smtp_say(fd, mood == MOOD_SPAM ? "554 5.7.1 looks like spam\r\n" : "250 2.0.0 queued as 1\r\n");
	} else if (!strcasecmp(line, "QUIT")) {
		smtp_say(fd, "221 bye\r\n");
		return false;
	} else {
		smtp_say(fd, "250 ok\r\n");
	}
	return true;
}

void *mail_server_main(void *arg)
{
	struct mail_server *s = arg;
	while (!s->stopping) {
		char line[1024];
		int fd = accept(s->fd, NULL, NULL);
		if (fd < 0)
			continue;
		s->connections++;
		FILE *in = fdopen(fd, "r");
		if (s->mood != MOOD_HANGUP && !s->stopping) {
			smtp_say(fd, "220 test ESMTP\r\n");
			while (smtp_line(in, line, sizeof(line)) && smtp_command(s, fd, in, line))
				;
		}
		fclose(in);
	}
	return NULL;
}

struct mail_server *mail_server_start(void)
{
	struct mail_server *s = calloc(1, sizeof(*s));
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct timeval wait = { .tv_usec = 50000 };
	socklen_t n = sizeof(at);
	s->fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(s->fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(s->fd, 16), 0);
	assert_int_equal(getsockname(s->fd, (struct sockaddr *)&at, &n), 0);
	setsockopt(s->fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	s->port = ntohs(at.sin_port);
	assert_int_equal(pthread_create(&s->thread, NULL, mail_server_main, s), 0);
	return s;
}

void mail_server_stop(struct mail_server *s)
{
	s->stopping = 1;
	pthread_join(s->thread, NULL);
	close(s->fd);
	for (int i = 0; i < MAIL_KEPT; i++)
		free(s->mails[i]);
	free(s);
}

str mail_words(struct arena *a, const char *mail, int part)
{
	str rest = str_c(mail), bytes = STR("");
	for (int i = 0; i <= part; i++) {
		i64 at = str_find(rest, STR("base64\r\n\r\n"));
		assert_true(at >= 0);
		rest = str_sub(rest, (size_t)at + 10, rest.n);
	}
	char *packed = arena_alloc(a, rest.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < rest.n && rest.p[i] != '-'; i++)
		if (rest.p[i] != '\r' && rest.p[i] != '\n')
			packed[n++] = rest.p[i];
	assert_true(base64_decode(a, str_of(packed, n), &bytes));
	return bytes;
}
