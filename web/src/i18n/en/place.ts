export default {
  stores: {
    note: 'Where stores are, when they are open and who serves there. Area codes and the page after payment look here.', new: 'New store', import: 'Import stores', search: 'Name, number, city or address',
    code: 'Number', name: 'Name', city: 'City', address: 'Address', place: 'Coordinates', system: 'System', lat: 'Latitude', lng: 'Longitude', hours: 'Opening hours', always: 'always', special: 'Special days',
    department: 'Department', staff: 'Who serves', staffHint: 'None: the staff of the department', group: 'Group code', groupHint: 'Address of the code of its group', tag: 'Tag', tagHint: 'Put on customers who come by an area code', closed: 'Closed for good', state: 'State',
    open: 'open', shut: 'closed now', ended: 'closed for good', unserved: 'nobody serves there', edit: 'Edit store', made: 'Store made', removed: 'Store removed', remove: 'Remove store',
    removeText: '"{name}" disappears from area codes and its codes end.', none: 'No stores yet', noneText: 'Make them one by one, or import all from a table.',
    hoursHint: 'As in 1-5 09:00-21:00; 6,7 10:00-22:00. Nothing: always open.', specialHint: 'As in 2027-02-17 10:00-16:00; 2027-10-01~2027-10-03 closed',
    systemHint: 'Maps sold in China give GCJ-02, GPS devices WGS-84',
    importTitle: 'Import stores', importText: 'A .csv or .xlsx whose first line names the columns: code, name, city, lat, lng, system are needed; address, hours, special, department, staff, group_url, tag, closed may be there. Stores with the same number are changed.',
    choose: 'Choose a file', another: 'Another file', result: '{added} new, {changed} changed, {same} the same, {rejected} lines cannot be taken', problems: 'These lines are left out; the others are not affected (200 are shown at most)', line: 'Line', field: 'Column', problem: 'Problem', run: 'Import', imported: '{added} stores made, {changed} changed',
  },
  areas: {
    note: 'One code for the whole country leads to the nearest open store: the code of its guide or of its group.', new: 'New area code', edit: 'Edit area code', name: 'Name', nameHint: 'Also the source channel of the customers',
    result: 'Gives', guide: 'The code of the store\'s guide', group: 'The store\'s group (the guide where there is none)', radius: 'Near means (metres)', radiusHint: 'Stores farther away are shown with their distance', consent: 'About the position', consentHint: 'Shown before the position is asked for; nothing: our own words',
    stores: 'Codes of stores', made: 'made', failed: 'failed', visits: 'Visits, 30 days', link: 'Link', qr: 'QR code', download: 'Download', none: 'No area codes yet', noneText: 'Import the stores first, then make one code for all of them.',
    removed: 'Area code removed', remove: 'Remove area code', removeText: 'Printed pictures of "{name}" stop working and the codes of {n} stores end.', codes: 'Make a code for every store', codesText: 'Makes a contact way for every open store (of the 500,000 a company may have); the job shows how far it is.', codesDone: 'Begun', created: 'Made',
    storeList: 'Stores and visits', position: 'by position', chosen: 'chosen', remembered: 'came again', state_none: 'none', state_creating: 'being made', state_active: 'ready', state_failed: 'failed', state_removed: 'ended',
    test: 'Try a position', testText: 'Which store does a point lead to?', find: 'Find', metres: '{n} m', took: 'Found in memory in {n} µs', nothing: 'No stores', onlyOpen: 'Open ones only',
  },
  lucky: {
    note: 'One code, a pool of like-named accounts behind it: adds are shared by weight and go to the next when one nears its limit; the link in the welcome leads to the nearest store\'s group.', new: 'New pool', edit: 'Edit pool', name: 'Name', most: 'Friends an account may have', pool: 'Pool', account: 'Account', weight: 'Weight', add: 'Add an account', full: 'near its limit, passed over',
    none: 'No welfare accounts yet', noneText: 'Put some like-named accounts into a pool and print one code.', asked: 'asked', joined: 'joined', welcomeLink: 'Link for the welcome of these accounts', remove: 'Remove pool', removeText: 'Printed codes of "{name}" stop working.', removed: 'Pool removed', missing: 'Asked, but in no group yet', customer: 'Customer', open: 'Open', store: 'Nearest store', when: 'Added', nobody: 'Everybody joined',
  },
  cards: {
    note: 'Templates draw a card, poster or badge with the own code of each member of staff, who takes it with one tap under My card.', new: 'New template', defaults: 'Use the built-in ones', kind: 'Kind', kind_card: 'Card', kind_poster: 'Poster', kind_badge: 'Badge', name: 'Name',
    none: 'No templates yet', noneText: 'Begin with the three that come along: card, poster, badge; then make them yours.', edit: 'Edit template', layout: 'Layout', layoutHint: 'Each item is a text, the code or a box, placed in pixels. Texts may hold {holes}.', holes: "{'{name}'} {'{alias}'} {'{department}'} {'{corp}'}",
    background: 'Background', width: 'Width', height: 'Height', item: 'Item {n}', text: 'Text', type: 'Type', type_text: 'Text', type_code: 'Code', type_box: 'Box', size: 'Size', colour: 'Colour', align: 'Align', left: 'left', centre: 'centre', right: 'right', bold: 'Bold', radius: 'Corners', add: 'Add an item', drop: 'Take away',
    picture: 'Background picture', pictureHint: 'PNG, at most 5 MB; it covers the whole', upload: 'Upload a picture', takeAway: 'Take the picture away', preview: 'Preview', previewStaff: 'Whose', saved: 'Template saved', removed: 'Template removed', remove: 'Remove template', removeText: '"{name}" is removed; codes on printed pictures stay good.', previewOf: 'Preview of {name}',
    mineNote: 'Open a picture, press it long to save or forward it. The code stays good.', save: 'Save the picture', preparing: 'WeCom is making your code; look again in a moment', myLink: 'Link of my card', noCards: 'No templates have been made yet', imageOf: '{name}',
  },
};
