export default {
  ownAttr: {
    note: 'An attribute is a number or a word about a customer, usable in audiences, message variables and exports.', new: 'New attribute', newField: 'New field', made: 'Made; its history is being computed', fieldMade: 'Field made',
    own: 'Your own', builtin: 'Built in', name: 'Name in expressions', nameHint: 'begins with a small letter, e.g. last_category', label: 'Name', type: 'Type', unit: 'Unit', doc: 'Description', how: 'How it is computed', usedBy: 'Audiences that use it',
    event: 'Which behaviour', eventName: 'Only those named', eventNameHint: 'e.g. Product Viewed; empty: all', path: 'Which value', pathHint: 'e.g. properties.price, goods[].category; $time is when it happened', fold: 'Take', window: 'Only the last … days', windowHint: 'empty: ever; whole days, updated at midnight',
    yuan: 'The value is in yuan', options: 'Choices (one a line)', optionsHint: 'empty: free text', visible: 'Who sees it', visibleAll: 'Whoever sees customers', visibleRestricted: 'Whoever sees whole phone numbers',
    none: 'No attributes of your own yet', noneText: 'Turn a value of a behaviour into an attribute, such as "category seen last" or "views in 30 days", or make a field that staff fill in, such as "skin type".',
    remove: 'Remove attribute', removeText: '"{name}" is taken off all customers; this cannot be undone.', removed: 'Removed', state: 'State', unknownUntil: 'Unknown, not 0, for customers who never did it.',
    types: { number: 'Number', money: 'Money', text: 'Text', time: 'Time', date: 'Date', flag: 'Yes or no', staff: 'Staff', store: 'Store' },
    folds: { count: 'How often', sum: 'Sum', first: 'First value', last: 'Latest value', most: 'Most frequent value' },
    sources: { event: 'Computed from behaviour', field: 'Filled in by staff' }, states: { building: 'Computing', ready: 'Ready' },
    ev: {
      'site.tracked': 'Behaviour in shop or site', 'site.page': 'Page seen', 'order.placed': 'Order placed', 'order.refunded': 'Refund', 'follow.added': 'Added staff', 'follow.lost': 'Deleted staff',
      'reach.sent': 'Message received', 'phone.bound': 'Phone bound', 'tag.marked': 'Tagged',
    },
    ever: 'ever', days: 'last {n} days', only: 'only "{value}"', fieldsOf: 'Fields', fill: 'Fill in', filled: 'Saved', hidden: 'Not permitted', history: 'Changes', empty: 'Empty', nobody: 'System',
  },
};
