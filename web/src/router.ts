// Every page by its address. `title` is a text key; the menu and the command palette are made from lib/pages.ts.
import { nextTick } from 'vue';
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router';
import { addTexts, i18n } from '@/i18n';
import { useSession } from '@/lib/session';

/** texts: sections of texts these pages alone need. */
const page = (path: string, name: string, title: string, component: RouteRecordRaw['component'], texts?: string) =>
  ({ path, name, component, meta: { title, texts } }) as RouteRecordRaw;

const inside: RouteRecordRaw[] = [
  page('', 'home', 'nav.home', () => import('@/pages/HomePage.vue'), 'codes kept'),
  page('approvals', 'approvals', 'nav.approvals', () => import('@/pages/ApprovalsPage.vue'), 'approval'),
  page('setup', 'setup', 'nav.setup', () => import('@/pages/SetupPage.vue')),
  page('customers', 'customers', 'nav.customers', () => import('@/pages/CustomersPage.vue'), 'exports'),
  page('customers/:id', 'customer', 'nav.customer', () => import('@/pages/CustomerPage.vue'), 'life ownattr restraint shop value'),
  page('tags', 'tags', 'nav.tags', () => import('@/pages/TagsPage.vue'), 'kept'),
  page('tags/rules', 'tag-rules', 'nav.tagrule', () => import('@/pages/TagRulesPage.vue'), 'tagrule'),
  page('tags/rules/:id', 'tag-rule', 'nav.tagruleOne', () => import('@/pages/TagRulePage.vue'), 'tagrule'),
  page('attributes', 'attributes', 'nav.attributes', () => import('@/pages/AttributesPage.vue'), 'ownattr'),
  page('stores', 'stores', 'nav.stores', () => import('@/pages/StoresPage.vue'), 'place'),
  page('areas', 'areas', 'nav.areas', () => import('@/pages/AreasPage.vue'), 'place'),
  page('lucky', 'lucky', 'nav.lucky', () => import('@/pages/LuckyPage.vue'), 'place'),
  page('cards', 'cards', 'nav.cards', () => import('@/pages/CardsPage.vue'), 'place'),
  page('my-cards', 'my-cards', 'nav.cardsMine', () => import('@/pages/MyCardsPage.vue'), 'place'),
  page('livecodes', 'livecodes', 'nav.livecodes', () => import('@/pages/LiveCodesPage.vue'), 'codes'),
  page('livecodes/stats', 'code-stats', 'nav.codesStats', () => import('@/pages/CodeStatsPage.vue'), 'codes'),
  page('livecodes/spots', 'code-spots', 'nav.codesSpots', () => import('@/pages/CodeSpotsPage.vue'), 'codes'),
  page('livecodes/batch', 'code-batch', 'nav.codesBatch', () => import('@/pages/CodeBatchPage.vue'), 'codes'),
  page('livecodes/partners', 'code-partners', 'nav.codesPartners', () => import('@/pages/CodePartnersPage.vue'), 'codes'),
  page('livecodes/duty', 'code-duty', 'nav.codesDuty', () => import('@/pages/CodeDutyPage.vue'), 'codes'),
  page('phone-lists', 'phone-lists', 'nav.phones', () => import('@/pages/PhoneListsPage.vue'), 'stock'),
  page('leads', 'leads', 'nav.lead', () => import('@/pages/LeadsPage.vue'), 'stock'),
  page('sms', 'sms', 'nav.sms', () => import('@/pages/SmsPage.vue'), 'stock'),
  page('official-account', 'official-account', 'nav.oa', () => import('@/pages/OfficialAccountPage.vue'), 'channels stock'),
  page('groups', 'groups', 'nav.groups', () => import('@/pages/GroupsPage.vue'), 'groups'),
  page('groups/codes', 'group-codes', 'nav.gcode', () => import('@/pages/GroupCodesPage.vue'), 'groups'),
  page('groups/invites', 'group-invites', 'nav.ginvite', () => import('@/pages/GroupInvitesPage.vue'), 'groups'),
  page('groups/welcomes', 'group-hellos', 'nav.ghello', () => import('@/pages/GroupHellosPage.vue'), 'groups'),
  page('groups/casts', 'group-casts', 'nav.gcast', () => import('@/pages/GroupCastsPage.vue'), 'verbs'),
  page('groups/several', 'group-several', 'nav.several', () => import('@/pages/GroupSeveralPage.vue'), 'groups'),
  page('groups/:id', 'group', 'nav.groupsOne', () => import('@/pages/GroupPage.vue'), 'groups'),
  page('audiences', 'audiences', 'nav.audiences', () => import('@/pages/AudiencesPage.vue'), 'channels stock'),
  page('audiences/:id', 'audience', 'nav.audience', () => import('@/pages/AudiencePage.vue'), 'exports groups life survey'),
  page('lifecycle', 'lifecycle', 'nav.lifecycle', () => import('@/pages/LifecyclePage.vue'), 'life'),
  page('rfm', 'rfm', 'nav.rfm', () => import('@/pages/RfmPage.vue'), 'life'),
  page('layers', 'layers', 'nav.layers', () => import('@/pages/LayersPage.vue'), 'life'),
  page('followup', 'followup', 'nav.followup', () => import('@/pages/FollowupPage.vue'), 'life'),
  page('broadcasts', 'broadcasts', 'nav.broadcasts', () => import('@/pages/BroadcastsPage.vue')),
  page('broadcasts/new', 'broadcast-new', 'nav.broadcastNew', () => import('@/pages/BroadcastNewPage.vue'), 'restraint'),
  page('broadcasts/repeats', 'repeats', 'nav.repeats', () => import('@/pages/RepeatsPage.vue'), 'again restraint rooms'),
  page('arrivals', 'arrivals', 'nav.arrivals', () => import('@/pages/ArrivalsPage.vue'), 'again survey'),
  page('sops', 'sops', 'nav.sops', () => import('@/pages/SopsPage.vue'), 'again rooms verbs'),
  page('broadcasts/:id', 'broadcast', 'nav.broadcast', () => import('@/pages/BroadcastPage.vue'), 'restraint'),
  page('moments', 'moments', 'nav.moments', () => import('@/pages/MomentsPage.vue'), 'moment'),
  page('moments/new', 'moment-new', 'nav.momentNew', () => import('@/pages/MomentNewPage.vue'), 'moment restraint'),
  page('moments/:id', 'moment', 'nav.moment', () => import('@/pages/MomentPage.vue'), 'moment restraint'),
  page('campaigns', 'campaigns', 'nav.campaigns', () => import('@/pages/CampaignsPage.vue'), 'campaign'),
  page('campaigns/new', 'campaign-new', 'nav.campaignNew', () => import('@/pages/CampaignNewPage.vue'), 'campaign moment restraint'),
  page('campaigns/:id', 'campaign', 'nav.campaign', () => import('@/pages/CampaignPage.vue'), 'campaign restraint'),
  page('surveys', 'surveys', 'nav.survey', () => import('@/pages/SurveysPage.vue'), 'survey'),
  page('journeys', 'journeys', 'nav.journeys', () => import('@/pages/JourneysPage.vue'), 'journey tagrule'),
  page('journeys/:id', 'journey', 'nav.journeysOne', () => import('@/pages/JourneyPage.vue'), 'groups journey tagrule'),
  page('experiments', 'experiments', 'nav.experiments', () => import('@/pages/ExperimentsPage.vue'), 'experiment'),
  page('experiments/:id', 'experiment', 'nav.experimentsOne', () => import('@/pages/ExperimentPage.vue'), 'experiment groups journey place restraint stock'),
  page('orders', 'orders', 'nav.orders', () => import('@/pages/OrdersPage.vue'), 'shop'),
  page('orders/import', 'imports', 'nav.import', () => import('@/pages/ImportPage.vue'), 'shop'),
  page('orders/import/:id', 'import', 'nav.import', () => import('@/pages/ImportPage.vue'), 'shop'),
  page('value', 'value', 'nav.worth', () => import('@/pages/ValuePage.vue'), 'value'),
  page('inherit', 'inherit', 'nav.inherit', () => import('@/pages/InheritPage.vue'), 'kept'),
  page('deletions', 'deletions', 'nav.deletion', () => import('@/pages/DeletionsPage.vue'), 'kept'),
  page('payments', 'payments', 'nav.payment', () => import('@/pages/PaymentsPage.vue'), 'kept shop'),
  page('members', 'members', 'nav.member', () => import('@/pages/MembersPage.vue'), 'kept'),
  page('tags/conflicts', 'tag-conflicts', 'nav.conflict', () => import('@/pages/ConflictsPage.vue'), 'kept'),
  page('recommend', 'recommend', 'nav.recommend', () => import('@/pages/RecommendPage.vue'), 'value'),
  page('staff-tasks', 'staff-tasks', 'nav.stafftask', () => import('@/pages/StaffTasksPage.vue'), 'verbs'),
  page('materials', 'materials', 'material.title', () => import('@/pages/MaterialsPage.vue')),
  page('letters', 'letters', 'nav.letter', () => import('@/pages/LettersPage.vue'), 'verbs'),
  page('restraint', 'restraint', 'nav.restraint', () => import('@/pages/RestraintPage.vue'), 'restraint'),
  page('calendar', 'calendar', 'nav.calendar', () => import('@/pages/CalendarPage.vue'), 'again rooms'),
  page('livings', 'livings', 'nav.living', () => import('@/pages/LivingPage.vue'), 'rooms'),
  page('channels', 'channels', 'nav.channels', () => import('@/pages/ChannelsPage.vue'), 'channels'),
  page('hooks', 'hooks', 'nav.hooks', () => import('@/pages/HooksPage.vue'), 'channels'),
  page('inspect', 'inspect', 'nav.inspect', () => import('@/pages/InspectPage.vue'), 'rooms'),
  page('keywords', 'keywords', 'nav.keyword', () => import('@/pages/KeywordsPage.vue'), 'rooms'),
  page('exports', 'exports', 'nav.exports', () => import('@/pages/ExportsPage.vue'), 'exports'),
  page('lookalike', 'lookalike', 'nav.lookalike', () => import('@/pages/LookalikePage.vue'), 'lookalike value'),
  page('jobs', 'jobs', 'nav.jobs', () => import('@/pages/JobsPage.vue'), 'kept'),
  page('settings', 'settings', 'nav.settings', () => import('@/pages/SettingsPage.vue'), 'kept'),
  page('audit', 'audit', 'nav.audit', () => import('@/pages/AuditPage.vue'), 'acts'),
  page(':rest(.*)*', 'missing', 'nav.missing', () => import('@/pages/MissingPage.vue')),
];

export function makeRouter() {
  const router = createRouter({
    history: createWebHistory(),
    routes: [
      page('/login', 'login', 'nav.login', () => import('@/pages/LoginPage.vue')),
      page('/numbers', 'numbers', 'nav.numbers', () => import('@/pages/StaffNumbersPage.vue'), 'stock'),
      { path: '/', component: () => import('@/layout/ConsoleLayout.vue'), children: inside },
    ],
    scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  });
  router.beforeEach(async (to) => {
    if (to.meta.texts) addTexts(to.meta.texts as string).catch(() => undefined); // beside the page itself; beforeResolve waits for them
    const session = useSession();
    if (to.name === 'login') return true;
    try {
      if (await session.load()) return true;
    } catch {
      // The server does not answer: the page itself says so, with a button to try again.
    }
    return { name: 'login', query: to.fullPath === '/' ? {} : { back: to.fullPath } };
  });
  router.beforeResolve(async (to) => {
    if (to.meta.texts) await addTexts(to.meta.texts as string);
  });
  router.afterEach((to, from) => {
    const t = i18n.global.t;
    document.title = `${t(String(to.meta.title ?? 'nav.home'))} · ${t('brand')}`;
    if (to.path === from.path) return;
    void nextTick(() => document.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true }));
  });
  return router;
}
