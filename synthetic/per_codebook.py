"""The codebook inside the made-up SPSS file: labels, answers, user-missing codes, formats."""

MISSING_LABELS = {97: "No aplica", 98: "No sabe", 99: "No responde"}
YES_NO = {1: "Sí", 2: "No", **MISSING_LABELS}
COUNTRIES = {
    1: "Venezuela",
    2: "Colombia",
    3: "Ecuador",
    4: "Haití",
    5: "Cuba",
    10: "Perú",
    96: "Otro",
    **MISSING_LABELS,
}

LABELS = {
    "CUEST": "Número de cuestionario",
    "FECHA": "Fecha de la entrevista",
    "ZONA": "Zona de Lima Metropolitana (de ejemplo)",
    "ESTRATO": "Estrato de muestreo",
    "CONGLOM": "Conglomerado",
    "NOMBRE": "Nombre (ficticio)",
    "CELULAR": "Celular (ficticio)",
    "SEXO": "Sexo",
    "EDAD": "Edad en años cumplidos",
    "PARENT": "Parentesco con el jefe del hogar",
    "PAISNAC": "País de nacimiento",
    "NACION": "Nacionalidad",
    "RESIDE": "Residencia habitual",
    "MESES": "Meses en el Perú",
    "QUEDARSE": "¿Piensa quedarse 12 meses o más?",
    "DOCUM": "Documento que tiene",
    "DOCVIG": "¿Está vigente algún documento?",
    "ASILO": "¿Solicitó la condición de refugiado?",
    "MOTIVO": "Motivo principal de la salida de su país",
    "ACTIV": "Actividad en la última semana",
    "NECBAS": "¿Están cubiertas sus necesidades básicas?",
    "NEC_1": "Falta: alimentos",
    "NEC_2": "Falta: alojamiento",
    "NEC_3": "Falta: salud",
    "NEC_4": "Falta: ingresos",
    "SALUD1": "¿Necesitó atención de salud en los últimos 3 meses?",
    "SALUD2": "¿La obtuvo?",
    "OBSERV": "Observaciones",
    "FACTOR": "Factor de expansión",
}

ANSWERS = {
    "ZONA": {1: "Norte", 2: "Este", 3: "Centro", 4: "Sur"},
    "SEXO": {1: "Hombre", 2: "Mujer", 99: "No responde"},
    "EDAD": {999: "No responde"},
    "PARENT": {1: "Jefe(a)", 2: "Cónyuge", 3: "Hijo(a)", 4: "Otro pariente", 5: "No pariente"},
    "PAISNAC": COUNTRIES,
    "NACION": {**COUNTRIES, 11: "Sin nacionalidad"},
    "RESIDE": {1: "Vive en el Perú", 2: "Está de paso"},
    "MESES": {997: "No aplica", 998: "No sabe", 999: "No responde"},
    "QUEDARSE": YES_NO,
    "DOCUM": {
        1: "Carné de refugiado",
        2: "Carné de solicitante de refugio",
        3: "Permiso temporal de permanencia",
        4: "Carné de permiso temporal",
        5: "Carné de extranjería",
        6: "Visa de turista",
        7: "Ninguno",
        8: "DNI",
        **MISSING_LABELS,
    },
    "DOCVIG": YES_NO,
    "ASILO": {
        1: "Sí, sin decisión todavía",
        2: "No",
        3: "Sí, fue reconocida",
        4: "Sí, fue denegada",
        **MISSING_LABELS,
    },
    "MOTIVO": {
        1: "Trabajo o situación económica",
        2: "Violencia, conflicto o persecución",
        3: "Reunirse con la familia",
        4: "Salud",
        5: "Estudio",
        96: "Otro",
        **MISSING_LABELS,
    },
    "ACTIV": {
        1: "Trabajó por pago o ganancia",
        2: "Buscó trabajo y estaba disponible",
        3: "Quehaceres o cuidados",
        4: "Estudió",
        5: "Otra situación",
        **MISSING_LABELS,
    },
    "NECBAS": YES_NO,
    "NEC_1": {0: "No", 1: "Sí", 97: "No aplica"},
    "NEC_2": {0: "No", 1: "Sí", 97: "No aplica"},
    "NEC_3": {0: "No", 1: "Sí", 97: "No aplica"},
    "NEC_4": {0: "No", 1: "Sí", 97: "No aplica"},
    "SALUD1": YES_NO,
    "SALUD2": YES_NO,
}

THREE = (97, 98, 99)
MISSING = {
    "SEXO": (99,),
    "EDAD": (999,),  # 97 to 99 are ages and months too
    "MESES": (997, 998, 999),
    **dict.fromkeys(("PAISNAC", "NACION", "QUEDARSE", "DOCUM", "DOCVIG", "ASILO"), THREE),
    **dict.fromkeys(("MOTIVO", "ACTIV", "NECBAS", "SALUD1", "SALUD2"), THREE),
    **{f"NEC_{n}": (97,) for n in range(1, 5)},
}

FORMATS = {
    "FACTOR": "F10.3",
    "FECHA": "DATE11",
    **dict.fromkeys(ANSWERS, "F4.0"),
    "ESTRATO": "F4.0",
    "CONGLOM": "F4.0",
}
