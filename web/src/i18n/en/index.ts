import audience from './audience';
import base from './base';
import channels from './channels';
import codes from './codes';
import exports from './exports';
import kept from './kept';
import groups from './groups';
import life from './life';
import lookalike from './lookalike';
import material from './material';
import ownAttr from './ownattr';
import people from './people';
import place from './place';
import profile from './profile';
import reach from './reach';
import restraint from './restraint';
import rooms from './rooms';
import shop from './shop';
import stock from './stock';
import survey from './survey';
import system from './system';
import tagrule from './tagrule';
import tags from './tags';
import value from './value';
import verbs from './verbs';

export default {
  ...audience,
  ...base,
  ...channels,
  ...codes,
  ...exports,
  ...kept,
  ...groups,
  ...life,
  ...lookalike,
  ...material,
  ...ownAttr,
  ...people,
  ...place,
  ...profile,
  ...reach,
  ...restraint,
  ...rooms,
  ...shop,
  ...stock,
  ...survey,
  ...system,
  ...tagrule,
  ...tags,
  ...value,
  ...verbs,
};
