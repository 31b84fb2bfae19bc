//! 200 locked fields: more constant evaluation than the compiler expects, and still no lint about it. A tenth of
//! the entries stand at the end, as they would if they had been added later.

use session::SessionData;

/// Many fields.
#[derive(SessionData, Clone)]
#[session(lock = "
    field_0:a3f99d4b field_1:9d0882d2 field_2:abf5f6b2 field_3:0c67f79f field_4:a3f99d4b
    field_6:abf5f6b2 field_7:0c67f79f field_8:a3f99d4b field_9:9d0882d2 field_10:abf5f6b2
    field_11:0c67f79f field_12:a3f99d4b field_13:9d0882d2 field_14:abf5f6b2 field_16:a3f99d4b
    field_17:9d0882d2 field_18:abf5f6b2 field_19:0c67f79f field_20:a3f99d4b field_21:9d0882d2
    field_22:abf5f6b2 field_23:0c67f79f field_24:a3f99d4b field_26:abf5f6b2 field_27:0c67f79f
    field_28:a3f99d4b field_29:9d0882d2 field_30:abf5f6b2 field_31:0c67f79f field_32:a3f99d4b
    field_33:9d0882d2 field_34:abf5f6b2 field_36:a3f99d4b field_37:9d0882d2 field_38:abf5f6b2
    field_39:0c67f79f field_40:a3f99d4b field_41:9d0882d2 field_42:abf5f6b2 field_43:0c67f79f
    field_44:a3f99d4b field_46:abf5f6b2 field_47:0c67f79f field_48:a3f99d4b field_49:9d0882d2
    field_50:abf5f6b2 field_51:0c67f79f field_52:a3f99d4b field_53:9d0882d2 field_54:abf5f6b2
    field_56:a3f99d4b field_57:9d0882d2 field_58:abf5f6b2 field_59:0c67f79f field_60:a3f99d4b
    field_61:9d0882d2 field_62:abf5f6b2 field_63:0c67f79f field_64:a3f99d4b field_66:abf5f6b2
    field_67:0c67f79f field_68:a3f99d4b field_69:9d0882d2 field_70:abf5f6b2 field_71:0c67f79f
    field_72:a3f99d4b field_73:9d0882d2 field_74:abf5f6b2 field_76:a3f99d4b field_77:9d0882d2
    field_78:abf5f6b2 field_79:0c67f79f field_80:a3f99d4b field_81:9d0882d2 field_82:abf5f6b2
    field_83:0c67f79f field_84:a3f99d4b field_86:abf5f6b2 field_87:0c67f79f field_88:a3f99d4b
    field_89:9d0882d2 field_90:abf5f6b2 field_91:0c67f79f field_92:a3f99d4b field_93:9d0882d2
    field_94:abf5f6b2 field_96:a3f99d4b field_97:9d0882d2 field_98:abf5f6b2 field_99:0c67f79f
    field_100:a3f99d4b field_101:9d0882d2 field_102:abf5f6b2 field_103:0c67f79f field_104:a3f99d4b
    field_106:abf5f6b2 field_107:0c67f79f field_108:a3f99d4b field_109:9d0882d2 field_110:abf5f6b2
    field_111:0c67f79f field_112:a3f99d4b field_113:9d0882d2 field_114:abf5f6b2 field_116:a3f99d4b
    field_117:9d0882d2 field_118:abf5f6b2 field_119:0c67f79f field_120:a3f99d4b field_121:9d0882d2
    field_122:abf5f6b2 field_123:0c67f79f field_124:a3f99d4b field_126:abf5f6b2 field_127:0c67f79f
    field_128:a3f99d4b field_129:9d0882d2 field_130:abf5f6b2 field_131:0c67f79f field_132:a3f99d4b
    field_133:9d0882d2 field_134:abf5f6b2 field_136:a3f99d4b field_137:9d0882d2 field_138:abf5f6b2
    field_139:0c67f79f field_140:a3f99d4b field_141:9d0882d2 field_142:abf5f6b2 field_143:0c67f79f
    field_144:a3f99d4b field_146:abf5f6b2 field_147:0c67f79f field_148:a3f99d4b field_149:9d0882d2
    field_150:abf5f6b2 field_151:0c67f79f field_152:a3f99d4b field_153:9d0882d2 field_154:abf5f6b2
    field_156:a3f99d4b field_157:9d0882d2 field_158:abf5f6b2 field_159:0c67f79f field_160:a3f99d4b
    field_161:9d0882d2 field_162:abf5f6b2 field_163:0c67f79f field_164:a3f99d4b field_166:abf5f6b2
    field_167:0c67f79f field_168:a3f99d4b field_169:9d0882d2 field_170:abf5f6b2 field_171:0c67f79f
    field_172:a3f99d4b field_173:9d0882d2 field_174:abf5f6b2 field_176:a3f99d4b field_177:9d0882d2
    field_178:abf5f6b2 field_179:0c67f79f field_180:a3f99d4b field_181:9d0882d2 field_182:abf5f6b2
    field_183:0c67f79f field_184:a3f99d4b field_186:abf5f6b2 field_187:0c67f79f field_188:a3f99d4b
    field_189:9d0882d2 field_190:abf5f6b2 field_191:0c67f79f field_192:a3f99d4b field_193:9d0882d2
    field_194:abf5f6b2 field_196:a3f99d4b field_197:9d0882d2 field_198:abf5f6b2 field_199:0c67f79f
    field_5:9d0882d2 field_15:0c67f79f field_25:9d0882d2 field_35:0c67f79f field_45:9d0882d2
    field_55:0c67f79f field_65:9d0882d2 field_75:0c67f79f field_85:9d0882d2 field_95:0c67f79f
    field_105:9d0882d2 field_115:0c67f79f field_125:9d0882d2 field_135:0c67f79f field_145:9d0882d2
    field_155:0c67f79f field_165:9d0882d2 field_175:0c67f79f field_185:9d0882d2 field_195:0c67f79f
")]
pub struct Wide {
    field_0: u32,
    field_1: String,
    field_2: Option<i64>,
    field_3: Vec<u8>,
    field_4: u32,
    field_5: String,
    field_6: Option<i64>,
    field_7: Vec<u8>,
    field_8: u32,
    field_9: String,
    field_10: Option<i64>,
    field_11: Vec<u8>,
    field_12: u32,
    field_13: String,
    field_14: Option<i64>,
    field_15: Vec<u8>,
    field_16: u32,
    field_17: String,
    field_18: Option<i64>,
    field_19: Vec<u8>,
    field_20: u32,
    field_21: String,
    field_22: Option<i64>,
    field_23: Vec<u8>,
    field_24: u32,
    field_25: String,
    field_26: Option<i64>,
    field_27: Vec<u8>,
    field_28: u32,
    field_29: String,
    field_30: Option<i64>,
    field_31: Vec<u8>,
    field_32: u32,
    field_33: String,
    field_34: Option<i64>,
    field_35: Vec<u8>,
    field_36: u32,
    field_37: String,
    field_38: Option<i64>,
    field_39: Vec<u8>,
    field_40: u32,
    field_41: String,
    field_42: Option<i64>,
    field_43: Vec<u8>,
    field_44: u32,
    field_45: String,
    field_46: Option<i64>,
    field_47: Vec<u8>,
    field_48: u32,
    field_49: String,
    field_50: Option<i64>,
    field_51: Vec<u8>,
    field_52: u32,
    field_53: String,
    field_54: Option<i64>,
    field_55: Vec<u8>,
    field_56: u32,
    field_57: String,
    field_58: Option<i64>,
    field_59: Vec<u8>,
    field_60: u32,
    field_61: String,
    field_62: Option<i64>,
    field_63: Vec<u8>,
    field_64: u32,
    field_65: String,
    field_66: Option<i64>,
    field_67: Vec<u8>,
    field_68: u32,
    field_69: String,
    field_70: Option<i64>,
    field_71: Vec<u8>,
    field_72: u32,
    field_73: String,
    field_74: Option<i64>,
    field_75: Vec<u8>,
    field_76: u32,
    field_77: String,
    field_78: Option<i64>,
    field_79: Vec<u8>,
    field_80: u32,
    field_81: String,
    field_82: Option<i64>,
    field_83: Vec<u8>,
    field_84: u32,
    field_85: String,
    field_86: Option<i64>,
    field_87: Vec<u8>,
    field_88: u32,
    field_89: String,
    field_90: Option<i64>,
    field_91: Vec<u8>,
    field_92: u32,
    field_93: String,
    field_94: Option<i64>,
    field_95: Vec<u8>,
    field_96: u32,
    field_97: String,
    field_98: Option<i64>,
    field_99: Vec<u8>,
    field_100: u32,
    field_101: String,
    field_102: Option<i64>,
    field_103: Vec<u8>,
    field_104: u32,
    field_105: String,
    field_106: Option<i64>,
    field_107: Vec<u8>,
    field_108: u32,
    field_109: String,
    field_110: Option<i64>,
    field_111: Vec<u8>,
    field_112: u32,
    field_113: String,
    field_114: Option<i64>,
    field_115: Vec<u8>,
    field_116: u32,
    field_117: String,
    field_118: Option<i64>,
    field_119: Vec<u8>,
    field_120: u32,
    field_121: String,
    field_122: Option<i64>,
    field_123: Vec<u8>,
    field_124: u32,
    field_125: String,
    field_126: Option<i64>,
    field_127: Vec<u8>,
    field_128: u32,
    field_129: String,
    field_130: Option<i64>,
    field_131: Vec<u8>,
    field_132: u32,
    field_133: String,
    field_134: Option<i64>,
    field_135: Vec<u8>,
    field_136: u32,
    field_137: String,
    field_138: Option<i64>,
    field_139: Vec<u8>,
    field_140: u32,
    field_141: String,
    field_142: Option<i64>,
    field_143: Vec<u8>,
    field_144: u32,
    field_145: String,
    field_146: Option<i64>,
    field_147: Vec<u8>,
    field_148: u32,
    field_149: String,
    field_150: Option<i64>,
    field_151: Vec<u8>,
    field_152: u32,
    field_153: String,
    field_154: Option<i64>,
    field_155: Vec<u8>,
    field_156: u32,
    field_157: String,
    field_158: Option<i64>,
    field_159: Vec<u8>,
    field_160: u32,
    field_161: String,
    field_162: Option<i64>,
    field_163: Vec<u8>,
    field_164: u32,
    field_165: String,
    field_166: Option<i64>,
    field_167: Vec<u8>,
    field_168: u32,
    field_169: String,
    field_170: Option<i64>,
    field_171: Vec<u8>,
    field_172: u32,
    field_173: String,
    field_174: Option<i64>,
    field_175: Vec<u8>,
    field_176: u32,
    field_177: String,
    field_178: Option<i64>,
    field_179: Vec<u8>,
    field_180: u32,
    field_181: String,
    field_182: Option<i64>,
    field_183: Vec<u8>,
    field_184: u32,
    field_185: String,
    field_186: Option<i64>,
    field_187: Vec<u8>,
    field_188: u32,
    field_189: String,
    field_190: Option<i64>,
    field_191: Vec<u8>,
    field_192: u32,
    field_193: String,
    field_194: Option<i64>,
    field_195: Vec<u8>,
    field_196: u32,
    field_197: String,
    field_198: Option<i64>,
    field_199: Vec<u8>,
}

fn main() {}
