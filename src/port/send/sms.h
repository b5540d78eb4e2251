/*
 * Text messages: who carries them. With a verification code, or with a text of the company's own.
 *
 * "test" keeps the last SMS_KEPT messages in memory and sends nothing to anybody; demos and tests read
 * them. "http" is any provider with a plain HTTP interface: an address, one header and a body with the
 * holes {phone} and {code}. Both holes hold digits only, so no provider's format needs escaping. Neither
 * number nor code ever goes into an error text. A text of one's own has the hole {text}, which is escaped for the format
 * of the body (JSON, else a form); {phone} again holds digits only.
 *
 * A message must not be sent twice: sms_send tells "never left us" (ERR_UPSTREAM) from "perhaps sent"
 * (ERR_UNKNOWN), and whoever calls repeats only the first.
 */
#ifndef YT_PORT_SEND_SMS_H
#define YT_PORT_SEND_SMS_H

#include "base/clock.h"
#include "port/transport.h"

#define SMS_KEPT 100         /* messages the test provider remembers */
#define SMS_PHONE_MAX 20     /* digits */
#define SMS_CODE_MAX 10
#define SMS_TIMEOUT_MS 8000

#define SMS_TEXT_MAX 500     /* characters: a long message of several parts */
#define SMS_PART_CHARS 67    /* of one part, when there are several */
#define SMS_ONE_CHARS 70     /* that fit one part alone */

struct sms_message { str phone, code; ms at; }; /* phone: mainland digits without country */

/* For "http". ok: what the answer must contain besides a 2xx status; nil: nothing. */
struct sms_account { str url, header, body, ok; };

struct sms;

struct sms_provider {
	const char *name; /* as in the configuration key sms-provider */
	err (*send)(struct sms *s, struct arena *a, const struct sms_account *account, const struct sms_message *m, struct fail *f);
};
extern const struct sms_provider sms_providers[]; /* ends with name NULL */

/* Lives in the arena; thread-safe. ERR_CONFIG: no provider of that name. */
err sms_new(struct arena *a, str provider, struct transport *transport, struct sms **ret, struct fail *f);
bool sms_is_test(const struct sms *s);
/* ERR_CONFIG: the account is not filled in; ERR_UPSTREAM: not sent; ERR_UNKNOWN: perhaps sent;
 * ERR_STATE: the provider refused it. */
err sms_send(struct sms *s, struct arena *a, const struct sms_account *account, const struct sms_message *m, struct fail *f);
/* Of one's own words; ERR_INPUT when longer than SMS_TEXT_MAX. The rest as above. The test
 * provider only counts them. */
struct sms_text { str phone, text; };
err sms_send_text(struct sms *s, struct arena *a, const struct sms_account *account, const struct sms_text *m, struct fail *f);
size_t sms_texts_kept(struct sms *s); /* how many the test provider was given */
/* How many parts a provider counts. */
i64 sms_parts(str text);
/* What the test provider was given, newest first; at most max. */
size_t sms_kept(struct sms *s, struct arena *a, struct sms_message *ret, size_t max);

#endif
