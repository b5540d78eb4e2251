// Every page by its address. `title` is a text key; the menu and the command palette are made from lib/pages.ts.
import { nextTick } from 'vue';
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router';
import { addTexts, i18n } from '@/i18n';
import { useSession } from '@/lib/session';

/** texts: sections of texts these pages alone need. */
const page = (path: string, name: string, title: string, component: RouteRecordRaw['component'], texts?: string) =>
  ({ path, name, component, meta: { title, texts } }) as RouteRecordRaw;

const inside: RouteRecordRaw[] = [
  page('', 'home', 'nav.home', () => import('@/pages/HomePage.vue')),
  page('setup', 'setup', 'nav.setup', () => import('@/pages/SetupPage.vue')),
  page('customers', 'customers', 'nav.customers', () => import('@/pages/CustomersPage.vue')),
  page('customers/:id', 'customer', 'nav.customer', () => import('@/pages/CustomerPage.vue')),
  page('tags', 'tags', 'nav.tags', () => import('@/pages/TagsPage.vue')),
  page('tags/rules', 'tag-rules', 'tagrule.title', () => import('@/pages/TagRulesPage.vue')),
  page('tags/rules/:id', 'tag-rule', 'tagrule.one', () => import('@/pages/TagRulePage.vue')),
  page('attributes', 'attributes', 'nav.attributes', () => import('@/pages/AttributesPage.vue')),
  page('stores', 'stores', 'stores.title', () => import('@/pages/StoresPage.vue')),
  page('areas', 'areas', 'areas.title', () => import('@/pages/AreasPage.vue')),
  page('lucky', 'lucky', 'lucky.title', () => import('@/pages/LuckyPage.vue')),
  page('cards', 'cards', 'cards.title', () => import('@/pages/CardsPage.vue')),
  page('my-cards', 'my-cards', 'cards.mine', () => import('@/pages/MyCardsPage.vue')),
  page('livecodes', 'livecodes', 'nav.livecodes', () => import('@/pages/LiveCodesPage.vue')),
  page('livecodes/stats', 'code-stats', 'codes.stats', () => import('@/pages/CodeStatsPage.vue')),
  page('livecodes/spots', 'code-spots', 'codes.spots', () => import('@/pages/CodeSpotsPage.vue')),
  page('livecodes/batch', 'code-batch', 'codes.batch', () => import('@/pages/CodeBatchPage.vue')),
  page('livecodes/partners', 'code-partners', 'codes.partners', () => import('@/pages/CodePartnersPage.vue')),
  page('livecodes/duty', 'code-duty', 'codes.duty', () => import('@/pages/CodeDutyPage.vue')),
  page('phone-lists', 'phone-lists', 'phones.title', () => import('@/pages/PhoneListsPage.vue')),
  page('leads', 'leads', 'lead.title', () => import('@/pages/LeadsPage.vue')),
  page('sms', 'sms', 'sms.title', () => import('@/pages/SmsPage.vue')),
  page('official-account', 'official-account', 'oa.title', () => import('@/pages/OfficialAccountPage.vue')),
  page('groups', 'groups', 'groups.title', () => import('@/pages/GroupsPage.vue')),
  page('groups/codes', 'group-codes', 'gcode.title', () => import('@/pages/GroupCodesPage.vue')),
  page('groups/invites', 'group-invites', 'ginvite.title', () => import('@/pages/GroupInvitesPage.vue')),
  page('groups/welcomes', 'group-hellos', 'ghello.title', () => import('@/pages/GroupHellosPage.vue')),
  page('groups/casts', 'group-casts', 'gcast.title', () => import('@/pages/GroupCastsPage.vue')),
  page('groups/several', 'group-several', 'several.title', () => import('@/pages/GroupSeveralPage.vue')),
  page('groups/:id', 'group', 'groups.one', () => import('@/pages/GroupPage.vue')),
  page('audiences', 'audiences', 'nav.audiences', () => import('@/pages/AudiencesPage.vue')),
  page('audiences/:id', 'audience', 'nav.audience', () => import('@/pages/AudiencePage.vue')),
  page('lifecycle', 'lifecycle', 'nav.lifecycle', () => import('@/pages/LifecyclePage.vue')),
  page('rfm', 'rfm', 'nav.rfm', () => import('@/pages/RfmPage.vue')),
  page('layers', 'layers', 'nav.layers', () => import('@/pages/LayersPage.vue')),
  page('followup', 'followup', 'nav.followup', () => import('@/pages/FollowupPage.vue')),
  page('broadcasts', 'broadcasts', 'nav.broadcasts', () => import('@/pages/BroadcastsPage.vue')),
  page('broadcasts/new', 'broadcast-new', 'nav.broadcastNew', () => import('@/pages/BroadcastNewPage.vue')),
  page('broadcasts/repeats', 'repeats', 'nav.repeats', () => import('@/pages/RepeatsPage.vue'), 'again'),
  page('arrivals', 'arrivals', 'nav.arrivals', () => import('@/pages/ArrivalsPage.vue'), 'again'),
  page('sops', 'sops', 'nav.sops', () => import('@/pages/SopsPage.vue'), 'again'),
  page('broadcasts/:id', 'broadcast', 'nav.broadcast', () => import('@/pages/BroadcastPage.vue')),
  page('moments', 'moments', 'nav.moments', () => import('@/pages/MomentsPage.vue'), 'moment'),
  page('moments/new', 'moment-new', 'nav.momentNew', () => import('@/pages/MomentNewPage.vue'), 'moment'),
  page('moments/:id', 'moment', 'nav.moment', () => import('@/pages/MomentPage.vue'), 'moment'),
  page('campaigns', 'campaigns', 'nav.campaigns', () => import('@/pages/CampaignsPage.vue'), 'campaign'),
  page('campaigns/new', 'campaign-new', 'nav.campaignNew', () => import('@/pages/CampaignNewPage.vue'), 'campaign moment'),
  page('campaigns/:id', 'campaign', 'nav.campaign', () => import('@/pages/CampaignPage.vue'), 'campaign'),
  page('journeys', 'journeys', 'journeys.title', () => import('@/pages/JourneysPage.vue'), 'journey'),
  page('journeys/:id', 'journey', 'journeys.one', () => import('@/pages/JourneyPage.vue'), 'journey'),
  page('experiments', 'experiments', 'experiments.title', () => import('@/pages/ExperimentsPage.vue'), 'experiment'),
  page('experiments/:id', 'experiment', 'experiments.one', () => import('@/pages/ExperimentPage.vue'), 'experiment journey'),
  page('orders', 'orders', 'nav.orders', () => import('@/pages/OrdersPage.vue')),
  page('orders/import', 'imports', 'nav.import', () => import('@/pages/ImportPage.vue')),
  page('orders/import/:id', 'import', 'nav.import', () => import('@/pages/ImportPage.vue')),
  page('value', 'value', 'worth.title', () => import('@/pages/ValuePage.vue')),
  page('inherit', 'inherit', 'inherit.title', () => import('@/pages/InheritPage.vue')),
  page('deletions', 'deletions', 'deletion.title', () => import('@/pages/DeletionsPage.vue')),
  page('payments', 'payments', 'payment.title', () => import('@/pages/PaymentsPage.vue')),
  page('members', 'members', 'member.title', () => import('@/pages/MembersPage.vue')),
  page('tags/conflicts', 'tag-conflicts', 'conflict.title', () => import('@/pages/ConflictsPage.vue')),
  page('recommend', 'recommend', 'recommend.title', () => import('@/pages/RecommendPage.vue')),
  page('staff-tasks', 'staff-tasks', 'stafftask.title', () => import('@/pages/StaffTasksPage.vue')),
  page('materials', 'materials', 'material.title', () => import('@/pages/MaterialsPage.vue')),
  page('surveys', 'surveys', 'survey.title', () => import('@/pages/SurveysPage.vue')),
  page('letters', 'letters', 'letter.title', () => import('@/pages/LettersPage.vue')),
  page('restraint', 'restraint', 'restraint.title', () => import('@/pages/RestraintPage.vue')),
  page('calendar', 'calendar', 'calendar.title', () => import('@/pages/CalendarPage.vue')),
  page('livings', 'livings', 'living.title', () => import('@/pages/LivingPage.vue')),
  page('channels', 'channels', 'channels.title', () => import('@/pages/ChannelsPage.vue')),
  page('hooks', 'hooks', 'hooks.title', () => import('@/pages/HooksPage.vue')),
  page('keywords', 'keywords', 'keyword.title', () => import('@/pages/KeywordsPage.vue')),
  page('exports', 'exports', 'exports.title', () => import('@/pages/ExportsPage.vue')),
  page('lookalike', 'lookalike', 'lookalike.title', () => import('@/pages/LookalikePage.vue')),
  page('jobs', 'jobs', 'nav.jobs', () => import('@/pages/JobsPage.vue')),
  page('settings', 'settings', 'nav.settings', () => import('@/pages/SettingsPage.vue')),
  page('audit', 'audit', 'nav.audit', () => import('@/pages/AuditPage.vue')),
  page(':rest(.*)*', 'missing', 'nav.missing', () => import('@/pages/MissingPage.vue')),
];

export function makeRouter() {
  const router = createRouter({
    history: createWebHistory(),
    routes: [
      page('/login', 'login', 'nav.login', () => import('@/pages/LoginPage.vue')),
      page('/numbers', 'numbers', 'numbers.title', () => import('@/pages/StaffNumbersPage.vue')),
      { path: '/', component: () => import('@/layout/ConsoleLayout.vue'), children: inside },
    ],
    scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  });
  router.beforeEach(async (to) => {
    const session = useSession();
    if (to.name === 'login') return true;
    try {
      if (await session.load()) return true;
    } catch {
      // The server does not answer: the page itself says so, with a button to try again.
    }
    return { name: 'login', query: to.fullPath === '/' ? {} : { back: to.fullPath } };
  });
  router.beforeResolve((to) => (to.meta.texts ? Promise.all(String(to.meta.texts).split(' ').map(addTexts)).then(() => undefined) : undefined));
  router.afterEach((to, from) => {
    const t = i18n.global.t;
    document.title = `${t(String(to.meta.title ?? 'nav.home'))} · ${t('brand')}`;
    if (to.path === from.path) return;
    void nextTick(() => document.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true }));
  });
  return router;
}
